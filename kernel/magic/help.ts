/** The help of a magic, derived from its declaration. */

import type { Flag, Magic, Option, Param, ParamType, Positional } from "./magic.js";

/** What help needs of a magic. */
export type MagicDeclaration = Pick<
  Magic,
  "name" | "kinds" | "summary" | "params" | "examples" | "body" | "valueType"
>;

/** Help as `%name -h` prints it: summary, usage, parameters, examples. Ends with a line break. */
export function magicHelp(magic: MagicDeclaration): string {
  const examples = magic.examples ?? [];
  const sections = [
    magic.summary,
    section(
      "Usage",
      magic.kinds.map((kind) => magicUsage(magic, kind)),
    ),
    section("Values", paramLines(magic.params.filter((param) => param.kind === "positional"))),
    section("Options", paramLines(magic.params.filter((param) => param.kind !== "positional"))),
    section("Examples", [...examples]),
  ];
  return `${sections.filter((text) => text !== "").join("\n\n")}\n`;
}

/** `%plot <name> [--top <top>] [--graceful]` */
function magicUsage(magic: MagicDeclaration, kind: "line" | "cell"): string {
  const head = `${kind === "cell" ? "%%" : "%"}${magic.name}`;
  return [head, ...magic.params.map(paramUsage)].join(" ");
}

/** All magics, one a line, with their summaries. */
export function magicList(magics: readonly MagicDeclaration[]): string {
  const heads = magics.map((magic) =>
    magic.kinds.map((kind) => `${kind === "cell" ? "%%" : "%"}${magic.name}`).join(", "),
  );
  return columns(heads.map((head, i) => [head, magics[i]?.summary ?? ""]));
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? "" : `${title}:\n${lines.map((line) => `  ${line}`).join("\n")}`;
}

function paramUsage(param: Param): string {
  if (param.kind === "flag") return `[${written(param)}]`;
  if (param.kind === "option") return `[${written(param)} <${param.choices?.join("|") ?? param.name}>]`;
  const value = `<${param.choices?.join("|") ?? param.name}>${param.rest ? "…" : ""}`;
  return param.required ? value : `[${value}]`;
}

function paramLines(params: readonly Param[]): string[] {
  const rows = params.map((param): [string, string] => [
    param.kind === "positional" ? param.name : written(param),
    [param.help, ...notes(param)].join("; "),
  ]);
  return rows.length === 0 ? [] : columns(rows).trimEnd().split("\n");
}

/** `-n, --loops` */
function written({ name, short }: Option | Flag): string {
  return short === undefined ? `--${name}` : `-${short}, --${name}`;
}

/** What a value of the type is, where its name does not say it. */
const TYPE_NOTES: Partial<Record<ParamType, string>> = {
  duration: "a duration (500ms, 10s, 5m)",
  line: "the rest of the line",
  code: "the rest of the line",
};

function notes(param: Param): string[] {
  if (param.kind === "flag") return [];
  const type = TYPE_NOTES[param.type ?? "string"];
  return [
    ...(param.choices ? [`one of ${param.choices.join(", ")}`] : []),
    ...(type === undefined ? [] : [type]),
    ...(param.kind === "option" ? optionNotes(param) : positionalNotes(param)),
  ];
}

function optionNotes({ default: value, min, max }: Option): string[] {
  return [
    ...(min === undefined ? [] : [`at least ${min}`]),
    ...(max === undefined ? [] : [`at most ${max}`]),
    ...(value === undefined || value === "" ? [] : [`default ${value}`]),
  ];
}

function positionalNotes({ required }: Positional): string[] {
  return required ? ["required"] : [];
}

function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(0, ...rows.map(([head]) => head.length));
  return rows.map(([head, text]) => `${head.padEnd(width)}  ${text}`.trimEnd().concat("\n")).join("");
}
