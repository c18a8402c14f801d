/** Magics become calls, in order with the code around them; their text travels as strings. */

import type MagicString from "magic-string";
import { CellSyntaxError } from "./compile-error.js";
import { KERNEL_NAMES } from "./notebook-names.js";
import { type Position, positionAt } from "./position.js";
import type { MagicSite } from "./scan-cell.js";

/** What the compiler must know of the magics there are. */
export interface MagicNames {
  /** How the magic may be written, undefined when there is none of that name (in any case of letters). */
  kindsOf(name: string): readonly ("line" | "cell")[] | undefined;
  /** A magic that may bring others: names that are unknown behind it are looked up when they are reached. */
  loadsMagics?(name: string): boolean;
  /** Names like `name`, the nearest first; empty when none is near. */
  nearest(name: string): string[];
}

/** `%%name line` and the lines below it. */
export interface CellMagic {
  name: string;
  line: string;
  body: string;
  start: number;
  end: number;
}

const CELL_MAGIC = /^(\s*)%%([A-Za-z_][\w-]*)([^\n]*)\n?/;

/** The cell magic a cell consists of, undefined when it is ordinary code. */
export function cellMagicOf(code: string): CellMagic | undefined {
  const found = CELL_MAGIC.exec(code);
  if (found === null) return undefined;
  const [all, indent = "", name = "", rest = ""] = found;
  const start = indent.length;
  return { name, line: rest.trim(), body: code.slice(all.length), start, end: start + name.length + 2 };
}

/** @throws CellSyntaxError when there is no such cell magic */
export function compileCellMagic(magic: CellMagic, code: string, magics: MagicNames): string {
  check(`%%${magic.name}`, "cell", magic, code, magics);
  return `${call(magic.name, magic.line, { body: magic.body })};`;
}

/** Replaces the magics of a cell. @throws CellSyntaxError at the first that does not exist */
export function compileMagics(sites: readonly MagicSite[], text: MagicString, magics: MagicNames): void {
  let mayBeLoaded = false;
  for (const site of sites) {
    const isLate = mayBeLoaded && magics.kindsOf(site.name) === undefined;
    mayBeLoaded ||= magics.loadsMagics?.(site.name) ?? false;
    if (!site.kind.startsWith("shell")) {
      if (!isLate) check(`%${site.name}`, "line", site, text.original, magics);
    } else if (magics.kindsOf("sh") === undefined) throw noShell(site, text.original);
    const assigned = site.kind.endsWith("value");
    // Not a value to be shown: see magic-values.ts.
    const hides = !assigned && text.original[site.end - 1] === ";" ? "void " : "";
    text.update(site.start, site.end, `${hides}${call(site.name, site.line, { assigned })};`);
  }
}

function call(name: string, line: string, how: { body?: string; assigned?: boolean }): string {
  const { body, assigned = false } = how;
  const more = body === undefined && !assigned ? [] : [{ body, assigned }];
  const args = [name, line, ...more].map((arg) => JSON.stringify(arg));
  return `await ${KERNEL_NAMES.magic}(${args.join(",")})`;
}

/** The error of a parser at a `%` that was meant as a magic, where none can stand or without its name; undefined for others. */
export function misplacedMagic(
  code: string,
  error: CellSyntaxError,
  at: Position,
): CellSyntaxError | undefined {
  if (error.message !== 'Unexpected "%"') return undefined;
  const [written = "%", name] = /^%%?([A-Za-z_][\w-]*)?/.exec(lineAt(code, at)) ?? [];
  const message =
    name === undefined
      ? `a magic has its name right behind the %: %lsmagic lists all`
      : written.startsWith("%%")
        ? `${written} cannot stand here: it takes a whole cell, and stands in the first line of it`
        : `${written} cannot stand here: a magic begins its line, or stands behind \`x =\` and goes to the end of the line`;
  return new CellSyntaxError(message, at, written.length);
}

function lineAt(code: string, { line, column }: Position): string {
  return code.split("\n")[line - 1]?.slice(column) ?? "";
}

interface Named {
  name: string;
  start: number;
}

function check(written: string, kind: "line" | "cell", site: Named, code: string, magics: MagicNames): void {
  const kinds = magics.kindsOf(site.name);
  if (kinds?.includes(kind)) return;
  const at = positionAt(code, site.start);
  if (kinds !== undefined) {
    const other =
      kind === "cell" ? `as one line, %${site.name}` : `as a cell, %%${site.name} in its first line`;
    throw new CellSyntaxError(
      `${written} does not exist; this magic is written ${other}`,
      at,
      written.length,
    );
  }
  throw new CellSyntaxError(
    `there is no magic ${written}${suggestion(site.name, magics)}`,
    at,
    written.length,
  );
}

function suggestion(name: string, magics: MagicNames): string {
  const near = magics.nearest(name).map((n) => `%${n}`);
  return near.length === 0 ? "; %lsmagic lists all" : `; did you mean ${near.join(" or ")}?`;
}

function noShell(site: MagicSite, code: string): CellSyntaxError {
  const message = `"!${site.line}" would run a shell command, and this kernel has no magic %sh; use node:child_process`;
  return new CellSyntaxError(message, positionAt(code, site.start), site.end - site.start);
}
