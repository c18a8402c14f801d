import { existsSync } from "node:fs";
import { defineMagic } from "../../kernel/magic/define-magic.js";
import { writeText } from "./write-text.js";

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
    writeText("%%writefile", file, text, { append });
    host.print(`${verb} ${file}`);
  },
});
