/** Toree's magics that turn something on or off for the cells after them; `%config` does the same. */

import { defineMagic } from "../../kernel/magic/define-magic.js";
import type { Setting } from "../../kernel/magic/notebook-access.js";

interface Switch {
  name: string;
  setting: string;
  summary: string;
  /** What is printed when it is turned on or off, as Toree does. */
  said: { on: string; off: string };
}

function switchMagic({ name, setting, summary, said }: Switch) {
  return defineMagic({
    name,
    kinds: ["line"],
    summary: `${summary} Without a word, tells which.`,
    params: [
      { kind: "positional", name: "state", choices: ["on", "off"], help: "for the cells from here on" },
    ],
    examples: [`%${name} on`],
    run({ args }, host) {
      const found = host.notebook.settings.find((one) => one.name === setting);
      if (found === undefined) throw new Error(`this kernel has no setting ${setting}`);
      if (args.state === undefined) return host.print(`${name} is currently ${found.value}`);
      // What is said is output as well: it must come before output is off, and after it is on.
      if (args.state === "on") set(found, "on");
      host.print(said[args.state]);
      if (args.state === "off") set(found, "off");
    },
  });
}

function set(setting: Setting, value: string): void {
  setting.value = value;
}

export const showTypes = switchMagic({
  name: "ShowTypes",
  setting: "showTypes",
  summary: "Whether the text of a result begins with its type.",
  said: { on: "Types will be printed.", off: "Types will not be printed." },
});

export const showOutput = switchMagic({
  name: "ShowOutput",
  setting: "showOutput",
  summary: "Whether what cells print is shown.",
  said: { on: "Console output is now on.", off: "Console output is now off." },
});

export const truncation = switchMagic({
  name: "Truncation",
  setting: "truncation",
  summary: "Whether long values are shown in part.",
  said: { on: "Output WILL be truncated.", off: "Output will NOT be truncated" },
});
