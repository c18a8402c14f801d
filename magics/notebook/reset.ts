import { defineMagic } from "../../kernel/magic/define-magic.js";

/** `%reset`: as a new notebook, but for imported modules and running streams. */
export const reset = defineMagic({
  name: "reset",
  kinds: ["line"],
  summary:
    "Takes away all variables that cells have declared, after asking. Streams that run go on; %stream stop ends them.",
  params: [{ kind: "flag", name: "force", short: "f", help: "does not ask" }],
  examples: ["%reset", "%reset -f"],
  async run({ args }, host) {
    const { notebook } = host;
    const question = "Once deleted, variables cannot be recovered. Proceed (y/[n])? ";
    if (!args.force && !/^\s*y/i.test(await notebook.input(question))) return host.print("Nothing done.");
    notebook.forgetVariables();
  },
});
