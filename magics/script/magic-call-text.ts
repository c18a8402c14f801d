/** A magic as it is written → the call of it in a program. */

import { BUILTIN_MAGICS } from "../../kernel/magic/builtin/table.js";
import type { Magic, MagicArgs, Param } from "../../kernel/magic/magic.js";
import { asksForHelp, parseMagicArgs } from "../../kernel/magic/parse.js";
import { capture } from "../notebook/capture.js";
import { NOTEBOOK_MAGICS } from "../notebook/table.js";
import { time } from "../notebook/time.js";
import { PROGRAM_MAGICS } from "../table.js";

/** Magics about the notebook itself, by lower-case name: a program has no use for them. */
const NOTEBOOK_ONLY = new Set([...BUILTIN_MAGICS, ...NOTEBOOK_MAGICS].map(({ name }) => name.toLowerCase()));

/** Magics whose code a program runs without them, by lower-case name. */
const CODE_OF = new Map<string, Pick<Magic, "params">>([
  ["time", time],
  ["capture", capture],
]);

/**
 * The code that a magic acts on, where a program has that code instead of the magic: `time`, `-1` → `-1`. Undefined for all
 * other magics.
 * @throws Error, one sentence, for a magic that is written wrongly, or keeps in a variable what its code shows
 */
export function magicCodeText(name: string, line: string, body: string | undefined): string | undefined {
  const magic = CODE_OF.get(name.toLowerCase());
  if (magic === undefined || asksForHelp(line, magic.params)) return undefined;
  const { code, variable } = parseMagicArgs(name, line, magic.params);
  if (variable !== undefined)
    throw new Error(
      `%%${name} cannot keep in "${variable}" what a program shows: take the variable and what uses it out of the notebook`,
    );
  return body === undefined ? String(code ?? "") : [...(code === undefined ? [] : [code]), body].join("\n");
}

/**
 * `plot`, `counts --top 5` → `magics.plot({ counts }, { top: 5 })`; undefined for a magic that only a notebook needs.
 * @param body lines below a cell magic
 * @throws Error, one sentence, for a magic that has no function, or that is written wrongly
 */
export function magicCallText(name: string, line: string, body?: string): string | undefined {
  const entry = Object.entries(PROGRAM_MAGICS).find(([known]) => known.toLowerCase() === name.toLowerCase());
  if (entry === undefined) {
    if (NOTEBOOK_ONLY.has(name.toLowerCase())) return undefined;
    throw new Error(`%${name} has no function in a program; write what it does in TypeScript`);
  }
  const [known, { params }]: [string, Pick<Magic, "params">] = entry;
  if (asksForHelp(line, params)) return undefined;
  const args = parseMagicArgs(known, line, params);
  return `magics.${known}(${[...byPlace(params, args), ...options(params, args, line, body)].join(", ")})`;
}

/** As far as values were given: those that come later are not required. */
function byPlace(params: readonly Param[], args: MagicArgs): string[] {
  return params
    .filter((param) => param.kind === "positional" && args[param.name] !== undefined)
    .flatMap((param) => {
      const value = args[param.name];
      const ofVariable = param.kind === "positional" && param.variableTypes !== undefined;
      const values = Array.isArray(value) ? value : [value];
      return values.map((one) => (ofVariable && isName(one) ? `{ ${one} }` : JSON.stringify(one)));
    });
}

/** Other values of the same place are written as text: the name of an output, a duration. */
function isName(value: unknown): boolean {
  return typeof value === "string" && /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(value);
}

/** What was written, and what differs from the default, as an object; nothing when nothing is left. */
function options(params: readonly Param[], args: MagicArgs, line: string, body?: string): string[] {
  const isGiven = (param: Param): boolean =>
    args[param.name] !== usual(param) || new RegExp(`(^|\\s)--${param.name}\\b`).test(line);
  const given = params.filter((param) => param.kind !== "positional" && isGiven(param));
  const entries = [
    ...given.map(({ name }) => `${propertyName(name)}: ${JSON.stringify(args[name])}`),
    ...(body === undefined ? [] : [`body: ${templateText(body)}`]),
  ];
  return entries.length === 0 ? [] : [`{ ${entries.join(", ")} }`];
}

/** `allow-scripts` needs quotes. */
function propertyName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

function templateText(text: string): string {
  return `\`${text.replace(/[\\`]|\$\{/g, "\\$&")}\``;
}

function usual(param: Param): MagicArgs[string] {
  if (param.kind === "flag") return false;
  return param.kind === "option" ? param.default : undefined;
}
