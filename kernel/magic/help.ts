/** The help of a magic, derived from its declaration. */

import type { Flag, Magic, Option, Param, ParamType, Positional } from "./magic.js";

/** What help needs of a magic. */
export type MagicDeclaration = Pick<
  Magic,
  "name" | "kinds" | "summary" | "params" | "examples" | "body" | "valueType"
>;

/** Characters in a line: as many as a terminal has, or an output of JupyterLab beside its panels, which breaks longer ones in mid-word. */
const LINE = 80;
/** Lines of a section stand so far in, those that go on twice as far. */
const INDENT = "  ";

/** Help as `%name -h` prints it: summary, usage, parameters, examples. Ends with a line break. */
export function magicHelp(magic: MagicDeclaration): string {
  const examples = magic.examples ?? [];
  const sections = [
    lines(magic.summary.split(" "), LINE).join("\n"),
    section(
      "Usage",
      magic.kinds.flatMap((kind) => magicUsage(magic, kind)),
    ),
    section("Values", paramLines(magic.params.filter((param) => param.kind === "positional"))),
    section("Options", paramLines(magic.params.filter((param) => param.kind !== "positional"))),
    section("Examples", [...examples]),
  ];
  return `${sections.filter((text) => text !== "").join("\n\n")}\n`;
}

/** `%plot <name> [--top <top>] [--graceful]`, a parameter never in two lines. */
function magicUsage(magic: MagicDeclaration, kind: "line" | "cell"): string[] {
  const head = `${kind === "cell" ? "%%" : "%"}${magic.name}`;
  const [first = head, ...more] = lines([head, ...magic.params.map(paramUsage)], LINE - 2 * INDENT.length);
  return [first, ...more.map((line) => INDENT + line)];
}

/** All magics, each with its summary. */
export function magicList(magics: readonly MagicDeclaration[]): string {
  const heads = magics.map((magic) =>
    magic.kinds.map((kind) => `${kind === "cell" ? "%%" : "%"}${magic.name}`).join(", "),
  );
  const rows = heads.map((head, i): [string, string] => [head, magics[i]?.summary ?? ""]);
  return `${columns(rows, LINE).join("\n")}\n`;
}

function section(title: string, content: readonly string[]): string {
  return content.length === 0 ? "" : `${title}:\n${content.map((line) => INDENT + line).join("\n")}`;
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
  return columns(rows, LINE - INDENT.length);
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

/** Lines with what is said of each head beside it. @param width of all of it; what is said has half of that at least */
function columns(rows: readonly (readonly [string, string])[], width: number): string[] {
  const heads = Math.max(0, ...rows.map(([head]) => head.length));
  return rows.flatMap(([head, text]) => {
    const [first = "", ...more] = lines(text.split(" "), Math.max(width / 2, width - heads - 2));
    return [`${head.padEnd(heads)}  ${first}`.trimEnd(), ...more.map((line) => " ".repeat(heads + 2) + line)];
  });
}

/** As many parts in a line as it has room for; one that is longer has a line to itself. */
function lines(parts: readonly string[], width: number): string[] {
  const found: string[] = [];
  for (const part of parts) {
    const line = found.at(-1);
    if (line === undefined || line.length + 1 + part.length > width) found.push(part);
    else found[found.length - 1] = `${line} ${part}`;
  }
  return found;
}
