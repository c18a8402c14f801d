import { existsSync, writeFileSync } from "node:fs";
import { defineMagic } from "../../kernel/magic/define-magic.js";
import { MagicUsageError } from "../../kernel/magic/parse.js";

/** `%%writefile words.ts`: the lines below as a file. */
export const writefile = defineMagic({
  name: "writefile",
  kinds: ["cell"],
  summary: "Writes the lines below to a file, in place of what it held.",
  params: [
    { kind: "positional", name: "file", required: true, help: "the file, from the working directory" },
    { kind: "flag", name: "append", short: "a", help: "adds to what the file holds" },
  ],
  examples: ["%%writefile words.ts\nexport const words = (line: string) => line.split(/\\s+/);"],
  run({ args, body = "" }, host) {
    const { file, append } = args;
    const verb = append ? "Appending to" : existsSync(file) ? "Overwriting" : "Writing";
    const text = body.endsWith("\n") || body === "" ? body : `${body}\n`;
    try {
      writeFileSync(file, text, { flag: append ? "a" : "w" });
    } catch (error) {
      throw new MagicUsageError(`%%writefile: ${error instanceof Error ? error.message : error}`);
    }
    host.print(`${verb} ${file}`);
  },
});
