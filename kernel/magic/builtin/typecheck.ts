import { defineMagic } from "../define-magic.js";

/** `%typecheck off|warn|strict`: what type errors do to a cell. */
export const typecheck = defineMagic({
  name: "typecheck",
  kinds: ["line"],
  summary: "Sets what type errors do to the cells after this one; without a mode, shows what they do now.",
  params: [
    {
      kind: "positional",
      name: "mode",
      help: "off: cells are not checked; warn: they run, and errors are shown below; strict: a cell with errors does not run",
      choices: ["off", "warn", "strict"],
    },
  ],
  examples: ["%typecheck strict", "%typecheck"],
  run({ args }, host) {
    host.typeCheck(args.mode);
  },
});
