import { existsSync, readFileSync, statSync } from "node:fs";
import { extname } from "node:path";
import { defineMagic } from "../../kernel/magic/define-magic.js";
import type { MagicHost } from "../../kernel/magic/magic.js";
import { MagicUsageError } from "../../kernel/magic/parse.js";
import { meantInputs } from "./history-ranges.js";
import { webText } from "./web-text.js";

/** `%load program.ts`: the text of a file in place of the cell's own, to be read and run. */
export const load = defineMagic({
  name: "load",
  kinds: ["line"],
  summary: "Puts the text of a file, of an address on the web or of earlier inputs in place of this cell's.",
  params: [
    {
      kind: "positional",
      name: "source",
      required: true,
      help: "a file, an http(s) address, or cells by number (4-6)",
    },
    { kind: "option", name: "lines", short: "r", help: "only these lines, such as 5-10 or 5-7,12" },
  ],
  examples: ["%load words.ts", "%load -r 1-20 words.ts", "%load 4-6"],
  async run({ args }, host) {
    const text = await textOf(args.source, host);
    const part = args.lines === undefined ? text : linesOf(text, args.lines);
    host.notebook.nextInput(`// %load ${args.source}\n${part.trimEnd()}`, "here");
  },
});

async function textOf(source: string, host: MagicHost): Promise<string> {
  if (/^https?:\/\//.test(source)) return webText(source, "%load", host.signal);
  if (extname(source) === ".ipynb")
    throw new MagicUsageError(`%load: ${source} is a notebook; %run ${source} runs its code here`);
  if (existsSync(source) && statSync(source).isFile()) return readFileSync(source, "utf8");
  if (/^[~\d/:-]+$/.test(source)) {
    const inputs = (await meantInputs({ ranges: [source] }, host)) ?? [];
    if (inputs.length > 0) return inputs.map(({ input }) => input).join("\n");
  }
  throw new MagicUsageError(
    `%load: there is no file ${source} in ${process.cwd()}, and no input of that number`,
  );
}

function linesOf(text: string, ranges: string): string {
  const lines = text.split("\n");
  return ranges
    .split(",")
    .flatMap((range) => {
      const { first, last } = /^\s*(?<first>\d+)(?:-(?<last>\d+))?\s*$/.exec(range)?.groups ?? {};
      if (first === undefined)
        throw new MagicUsageError(`%load: "${range}" names no lines: write 5-10 or 5-7,12`);
      return lines.slice(Number(first) - 1, Number(last ?? first));
    })
    .join("\n");
}
