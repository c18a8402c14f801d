import { defineMagic } from "../../kernel/magic/define-magic.js";
import { MagicUsageError } from "../../kernel/magic/parse.js";
import { npmInstall, runNpm } from "./npm-install.js";

/** `%npm install lodash`: packages for the notebook's folder. */
export const npm = defineMagic({
  name: "npm",
  kinds: ["line"],
  summary:
    "Installs npm packages into the notebook's folder, without running programs of theirs; removes, lists and updates them.",
  params: [
    {
      kind: "positional",
      name: "verb",
      required: true,
      choices: ["install", "uninstall", "update", "ls"],
      help: "what to do",
    },
    {
      kind: "positional",
      name: "packages",
      rest: true,
      help: "names, with a version as in lodash@4, folders, tarballs or URLs",
    },
    { kind: "flag", name: "allow-scripts", help: "lets packages run their install scripts" },
    { kind: "flag", name: "dev", short: "D", help: "for install: as development dependencies" },
  ],
  examples: ["%npm install d3-array", "%npm install esbuild --allow-scripts", "%npm ls"],
  async run({ args }, host) {
    const { verb, packages, dev } = args;
    const allowScripts = args["allow-scripts"];
    if (verb === "uninstall" && packages.length === 0)
      throw new MagicUsageError("%npm: uninstall which package? (%npm -h shows its use)");
    if (verb === "install") return npmInstall(packages, { allowScripts, dev }, host);
    await runNpm([verb, ...(allowScripts ? [] : ["--ignore-scripts"]), ...packages], host);
  },
});

/** Toree's `%AddDeps`: there it is Maven's artifacts, here npm's packages. */
export const addDeps = defineMagic({
  name: "AddDeps",
  kinds: ["line"],
  summary: "Installs npm packages into the notebook's folder: the same as %npm install.",
  params: [
    {
      kind: "positional",
      name: "packages",
      rest: true,
      required: true,
      help: "names, with a version as in lodash@4",
    },
    {
      kind: "flag",
      name: "transitive",
      help: "nothing more: what a package needs is always installed with it",
    },
    { kind: "flag", name: "allow-scripts", help: "lets packages run their install scripts" },
  ],
  examples: ["%AddDeps d3-array@3"],
  run: ({ args }, host) => npmInstall(args.packages, { allowScripts: args["allow-scripts"] }, host),
});
