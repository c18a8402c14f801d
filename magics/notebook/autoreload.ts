import { defineMagic } from "../../kernel/magic/define-magic.js";
import type { MagicHost } from "../../kernel/magic/magic.js";

/** IPython's numbers mean the same as the words. */
const MODES = { off: "off", on: "on", now: "now", "0": "off", "1": "on", "2": "on" } as const;

/** `%autoreload on`: functions of edited files are the new ones in the next cell. */
export const autoreload = defineMagic({
  name: "autoreload",
  kinds: ["line"],
  summary:
    "Imports modules of the notebook's folder again when they have changed: before each cell, or once. Streams that were declared keep the functions they were declared with.",
  params: [
    {
      kind: "positional",
      name: "mode",
      choices: ["on", "off", "now", "0", "1", "2"],
      help: "on: before each cell; off: only where a cell imports; now, or nothing: once",
    },
  ],
  examples: ["%autoreload on", "%autoreload"],
  async run({ args }, host) {
    const mode = MODES[args.mode ?? "now"];
    if (mode === "now") return reloadNow(host);
    for (const setting of host.notebook.settings) if (setting.name === "autoreload") setting.value = mode;
  },
});

async function reloadNow(host: MagicHost): Promise<void> {
  const { reloaded, failed } = await host.notebook.reloadModules();
  host.print(reloaded.length === 0 ? "no module has changed" : `imported again: ${reloaded.join(", ")}`);
  for (const { specifier, reason } of failed)
    host.write("stderr", `${specifier} stays as it was: ${reason}\n`);
}
