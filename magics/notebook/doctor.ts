import { fileURLToPath } from "node:url";
import { defineMagic } from "../../kernel/magic/define-magic.js";
import { CommandError, runCommand } from "./run-command.js";

/** The command `millrace`, beside the evaluator in dist/. */
const COMMAND = fileURLToPath(new URL("./cli.js", import.meta.url));

/** `%doctor`: the same as `millrace doctor`. */
export const doctor = defineMagic({
  name: "doctor",
  kinds: ["line"],
  summary: "Looks for what would keep Millrace from working, and says how to put it right.",
  params: [],
  examples: ["%doctor"],
  async run(_call, host) {
    try {
      await runCommand({ file: process.execPath, args: [COMMAND, "doctor"] }, "the check", host);
    } catch (error) {
      // Something is wrong: that was printed, with the way out.
      if (!(error instanceof CommandError)) throw error;
    }
  },
});
