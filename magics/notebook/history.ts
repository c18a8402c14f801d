import { defineMagic } from "../../kernel/magic/define-magic.js";
import type { HistoryEntry } from "../../kernel/port/front-calls.js";
import { lastParam, meantInputs, patternParam, rangesParam, sessionInputs } from "./history-ranges.js";
import { writeText } from "./write-text.js";

/** `%history`: what was run. */
export const history = defineMagic({
  name: "history",
  kinds: ["line"],
  summary: "Prints the inputs of cells: of this session, or those meant.",
  params: [
    rangesParam,
    { kind: "flag", name: "numbers", short: "n", help: "each with its number" },
    { kind: "flag", name: "output", short: "o", help: "each with the text of its result" },
    patternParam,
    lastParam,
    { kind: "flag", name: "unique", short: "u", help: "equal inputs once, the latest of them" },
    { kind: "option", name: "file", short: "f", help: "writes them to a file instead" },
  ],
  examples: ["%history -n", "%history 3-5", "%history -g window", "%history ~1/ -f yesterday.ts"],
  async run({ args }, host) {
    const { numbers, output, unique, file } = args;
    const entries = (await meantInputs(args, host)) ?? (await sessionInputs(host));
    const shown = unique ? latestOfEach(entries) : entries;
    const text = shown.map((entry) => textOf(entry, { numbers, output })).join("");
    if (file === undefined) return host.write("stdout", text);
    writeText("%history", file, text);
    host.print(`wrote ${shown.length === 1 ? "1 input" : `${shown.length} inputs`} to ${file}`);
  },
});

function latestOfEach(entries: readonly HistoryEntry[]): HistoryEntry[] {
  const latest = new Map(entries.map((entry) => [entry.input, entry]));
  return entries.filter((entry) => latest.get(entry.input) === entry);
}

function textOf(
  { session, line, input, output }: HistoryEntry,
  shown: { numbers: boolean; output: boolean },
): string {
  const number = shown.numbers ? `${session}/${line}: ` : "";
  const result = shown.output && output !== undefined ? `${output}\n` : "";
  return `${number}${input}\n${result}`;
}
