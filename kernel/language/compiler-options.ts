/** How cells are checked: what a notebook needs, what the folder's tsconfig.json says, what cannot be otherwise. */

import ts from "typescript";

/** What the language offers from which version of Node on; the newest first. */
const LIBRARIES: readonly [major: number, libs: string[]][] = [
  [24, ["lib.esnext.d.ts"]],
  [
    22,
    ["lib.es2024.d.ts", "lib.esnext.array.d.ts", "lib.esnext.collection.d.ts", "lib.esnext.iterator.d.ts"],
  ],
  [0, ["lib.es2023.d.ts"]],
];

/** The libraries of a version of Node, as in compiler options: what is missing there is an error, what is there is none. */
export function librariesOf(nodeVersion: string): string[] {
  const major = Number.parseInt(nodeVersion, 10);
  return LIBRARIES.find(([from]) => major >= from)?.[1] ?? [];
}

/** Holds where the folder's tsconfig.json says nothing. */
const DEFAULTS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: librariesOf(process.versions.node),
  strict: true,
  allowJs: true,
  esModuleInterop: true,
  resolveJsonModule: true,
  customConditions: ["node"],
  types: [],
};

/** Cells are never emitted, always modules, and import each other's types without saying `type`. */
const FIXED: ts.CompilerOptions = {
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  moduleDetection: ts.ModuleDetectionKind.Force,
  allowImportingTsExtensions: true,
  noEmit: true,
  skipLibCheck: true,
  isolatedModules: false,
  verbatimModuleSyntax: false,
  isolatedDeclarations: false,
  erasableSyntaxOnly: false,
  composite: false,
  noUnusedLocals: false,
  noUnusedParameters: false,
};

/**
 * Options for the cells of a folder. Only a tsconfig.json of the folder itself counts: one further up was written for
 * another program. What TypeScript cannot read of it is left out, as `tsc` itself goes on after reporting it.
 */
export function compilerOptions(folder: string): ts.CompilerOptions {
  return { ...DEFAULTS, ...folderOptions(folder), ...FIXED };
}

/** `.tsx` where the folder enables JSX: `<T>x` is then no longer a cast. */
export function cellExtension(options: ts.CompilerOptions): string {
  return options.jsx === undefined || options.jsx === ts.JsxEmit.None ? ".ts" : ".tsx";
}

function folderOptions(folder: string): ts.CompilerOptions {
  const path = `${folder}/tsconfig.json`;
  if (!ts.sys.fileExists(path)) return {};
  const { config } = ts.readConfigFile(path, ts.sys.readFile);
  // Its `include` does not matter here: the program is the notebook.
  const host: ts.ParseConfigHost = { ...ts.sys, readDirectory: () => [] };
  return ts.parseJsonConfigFileContent(config ?? {}, host, folder, undefined, path).options;
}
