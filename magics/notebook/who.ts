import { inspect } from "node:util";
import { shortText } from "../../kernel/display/plain-text.js";
import { typeText } from "../../kernel/display/type-text.js";
import { defineMagic } from "../../kernel/magic/define-magic.js";
import type { MagicHost } from "../../kernel/magic/magic.js";
import { numbered } from "../view/numbered.js";
import { shownAs } from "../view/shown-as.js";
import { table } from "../view/table.js";

/** Longest value shown for a variable, in characters. */
const VALUE_UNITS = 60;

const typesParam = {
  kind: "positional",
  name: "types",
  rest: true,
  help: "only variables of these types, such as string, DStream or number[]",
} as const;

/** `%who`: the names of the notebook's variables. */
export const who = defineMagic({
  name: "who",
  kinds: ["line"],
  summary: "Lists the variables that cells have declared.",
  params: [typesParam],
  valueType: "string[]",
  examples: ["%who", "%who DStream", "const names = %who"],
  run({ args, assigned }, host) {
    const names = variables(args.types, host).map(({ name }) => name);
    if (assigned) return names;
    host.print(names.length === 0 ? noneText(args.types) : names.join("\t"));
    return undefined;
  },
});

/** `%whos`: the same with types and values. */
export const whos = defineMagic({
  name: "whos",
  kinds: ["line"],
  summary: "Lists the variables that cells have declared, with their types and values.",
  params: [typesParam],
  examples: ["%whos", "%whos number string"],
  run({ args }, host) {
    const found = variables(args.types, host);
    if (found.length === 0) return host.print(noneText(args.types));
    const rows = found.map(({ name, type, value }) => [name, type, oneLine(value)]);
    const title = numbered(found.length, "variable", "variables");
    return shownAs(found, title, [table("", ["variable", "type", "value"], rows)]);
  },
});

/** One variable, as data: `const all = %whos`. */
export interface VariableInfo {
  name: string;
  /** What `typeof` and the class say, not what was declared. */
  type: string;
  value: unknown;
}

function variables(types: readonly string[], host: MagicHost): VariableInfo[] {
  return host
    .variables()
    .map((name) => ({ name, value: host.lookup(name) }))
    .map(({ name, value }) => ({ name, type: typeText(value), value }))
    .filter(({ type, value }) => types.length === 0 || types.includes(type) || types.includes(typeof value))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function noneText(types: readonly string[]): string {
  return types.length === 0 ? "No cell has declared a variable." : "No variable is of such a type.";
}

function oneLine(value: unknown): string {
  if (typeof value === "string")
    return inspect(value.length > VALUE_UNITS ? `${value.slice(0, VALUE_UNITS)}…` : value);
  return shortText(value, VALUE_UNITS).replace(/\s+/g, " ");
}
