import { existsSync } from "node:fs";
import { extname } from "node:path";
import { defineMagic } from "../../kernel/magic/define-magic.js";
import { MagicUsageError } from "../../kernel/magic/parse.js";
import { lastParam, meantInputs, patternParam, rangesParam, sessionInputs } from "./history-ranges.js";
import { writeText } from "./write-text.js";

/** `%save steps 3-5`: inputs to a file, which `%load` brings back. */
export const save = defineMagic({
  name: "save",
  kinds: ["line"],
  summary: "Writes inputs of cells to a file, as they were written: all of this session, or those meant.",
  params: [
    {
      kind: "positional",
      name: "file",
      required: true,
      help: "the file; .ts is added where it has no ending",
    },
    rangesParam,
    patternParam,
    lastParam,
    { kind: "flag", name: "force", short: "f", help: "replaces a file that is there" },
    { kind: "flag", name: "append", short: "a", help: "adds to a file that is there" },
  ],
  examples: ["%save steps 3-5", "%save -a steps 8"],
  async run({ args }, host) {
    const { force, append } = args;
    const file = extname(args.file) === "" ? `${args.file}.ts` : args.file;
    if (!force && !append && existsSync(file))
      throw new MagicUsageError(`%save: ${file} is there already: -f replaces it, -a adds to it`);
    const meant = (await meantInputs(args, host)) ?? (await sessionInputs(host));
    if (meant.length === 0) throw new MagicUsageError("%save: there is no such input");
    const text = meant.map(({ input }) => `${input}\n`).join("\n");
    writeText("%save", file, text, { append });
    host.print(
      `${append ? "added" : "wrote"} ${meant.length === 1 ? "1 input" : `${meant.length} inputs`}: ${file}`,
    );
  },
});
