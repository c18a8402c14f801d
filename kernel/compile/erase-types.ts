/** Types out of TypeScript by oxc, a native module: in this process, without a copy of the text going to another one and back. */

import type { JsxOptions, TransformOptions } from "oxc-transform";
import type { CompilerOptions, StripContext, StrippedText } from "./stripped-text.js";

type Oxc = Pick<typeof import("oxc-transform"), "transformSync">;

let loading: Promise<Oxc | undefined> | undefined;

/**
 * Loads oxc, unless that is done already. Holds the thread for some 10 ms. Resolves with undefined where it has no binary
 * for the machine: then esbuild does all of the work.
 */
export function loadOxc(): Promise<Oxc | undefined> {
  loading ??= import("oxc-transform").catch(() => undefined);
  return loading;
}

/** Undefined for a text or options that are left to esbuild; what comes back may still be syntax that Node does not know. */
export async function eraseTypes(
  code: string,
  options: CompilerOptions,
  context: StripContext,
): Promise<StrippedText | undefined> {
  const asked = transformOptions(options, context);
  const oxc = asked && (await loadOxc());
  if (oxc === undefined) return undefined;
  const erase = (sourcemap: boolean) => oxc.transformSync("cell", code, { ...asked, sourcemap });
  const erased = erase(false);
  if (erased.errors.length > 0) return undefined;
  // Made by doing it again, when an error must be placed: most cells have none, and maps are larger than cells.
  const map = () => JSON.stringify(erase(true).map);
  return { code: erased.code, map };
}

/** What oxc understands as esbuild does; without an entry it is left to esbuild. */
const JSX: Partial<Record<NonNullable<CompilerOptions["jsx"]>, JsxOptions>> = {
  react: { runtime: "classic" },
  "react-jsx": { runtime: "automatic" },
};

function transformOptions(options: CompilerOptions, context: StripContext): TransformOptions | undefined {
  const { jsx, jsxFactory, jsxFragmentFactory, jsxImportSource, useDefineForClassFields } = options;
  const runtime = jsx === undefined ? {} : JSX[jsx];
  if (runtime === undefined || useDefineForClassFields === false) return undefined;
  return {
    lang: jsx === undefined ? "ts" : "tsx",
    sourceType: "module",
    target: "esnext",
    typescript: {
      onlyRemoveTypeImports: !context.elideUnusedImports,
      // What parts of a namespace say to each other (`b = a` for `b = N.a`) it does not connect: an error, and so esbuild's.
      allowNamespaces: false,
    },
    jsx: {
      ...runtime,
      ...(jsxFactory !== undefined && { pragma: jsxFactory }),
      ...(jsxFragmentFactory !== undefined && { pragmaFrag: jsxFragmentFactory }),
      ...(jsxImportSource !== undefined && { importSource: jsxImportSource }),
    },
  };
}
