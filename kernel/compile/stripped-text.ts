import type { SourceMapMaker } from "./position.js";

/** What of a tsconfig.json changes how a cell is compiled; empty for the defaults. */
export interface CompilerOptions {
  jsx?: "preserve" | "react" | "react-jsx" | "react-jsxdev" | "react-native";
  jsxFactory?: string;
  jsxFragmentFactory?: string;
  jsxImportSource?: string;
  experimentalDecorators?: boolean;
  useDefineForClassFields?: boolean;
}

export interface StripContext {
  /** Imports that are used as types only are dropped: right for a file, wrong for a cell, whose imports others use. */
  elideUnusedImports: boolean;
}

/** Text without types, and how its places lead back. */
export interface StrippedText {
  code: string;
  map: SourceMapMaker;
}
