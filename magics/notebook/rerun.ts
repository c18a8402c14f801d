import { defineMagic } from "../../kernel/magic/define-magic.js";
import { MagicUsageError } from "../../kernel/magic/parse.js";
import { lastParam, meantInputs, patternParam, rangesParam, sessionInputs } from "./history-ranges.js";

/** `%rerun 3-5`: runs cells again, in this one. */
export const rerun = defineMagic({
  name: "rerun",
  kinds: ["line"],
  summary: "Runs inputs again in this cell: the last one, or those meant.",
  params: [rangesParam, patternParam, lastParam],
  examples: ["%rerun", "%rerun 3-5", "%rerun -l 4", "%rerun -g %stream*"],
  async run({ args }, host) {
    const meant = (await meantInputs(args, host)) ?? (await sessionInputs(host)).slice(-1);
    if (meant.length === 0) throw new MagicUsageError("%rerun: there is no such input");
    const code = meant.map(({ input }) => input);
    host.print(`=== Executing: ===\n${code.join("\n")}\n=== Output: ===`);
    for (const input of code) await host.notebook.showValue(await host.notebook.evaluate(input));
  },
});
