import { defineMagic } from "../../kernel/magic/define-magic.js";
import type { MagicHost } from "../../kernel/magic/magic.js";
import { MagicUsageError } from "../../kernel/magic/parse.js";
import type { HistoryEntry } from "../../kernel/port/front-calls.js";
import {
  lastParam,
  meantInputs,
  patternParam,
  rangesParam,
  sessionInputs,
  type Wanted,
} from "./history-ranges.js";

/** `%rerun 3-5`: runs cells again, in this one. */
export const rerun = defineMagic({
  name: "rerun",
  kinds: ["line"],
  summary:
    "Runs inputs again in this cell: the last one, or those meant; inputs that are a %rerun themselves are left out.",
  params: [
    rangesParam,
    {
      ...patternParam,
      help: "the latest input of all sessions that matches, such as *window*; with -l so many of them",
    },
    lastParam,
  ],
  examples: ["%rerun", "%rerun 3-5", "%rerun -l 4", "%rerun -g *stream*"],
  async run({ args }, host) {
    const code = await inputsToRun(args, host);
    if (code.length === 0)
      throw new MagicUsageError("%rerun: there is no such input; those that are a %rerun are left out");
    host.print(`=== Executing: ===\n${code.join("\n")}\n=== Output: ===`);
    for (const input of code) await host.notebook.showValue(await host.notebook.evaluate(input));
  },
});

/** The running cell is not the only `%rerun` there is: two of them would run each other without end. */
async function inputsToRun(wanted: Wanted, host: MagicHost): Promise<string[]> {
  const meant = await meantInputs(wanted, host);
  const found = (meant ?? (await sessionInputs(host))).filter((entry) => !isRerun(entry));
  const isOneMeant = meant === undefined || (wanted.grep !== undefined && wanted.last === undefined);
  return (isOneMeant ? found.slice(-1) : found).map(({ input }) => input);
}

function isRerun({ input }: HistoryEntry): boolean {
  return /(?:^|=)[ \t]*%rerun\b/im.test(input);
}
