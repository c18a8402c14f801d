import { defineMagic } from "../../kernel/magic/define-magic.js";
import type { MagicHost } from "../../kernel/magic/magic.js";

/** `%load_ext ./shout.ts`: magics of a plug-in. How one is written: docs/magics-plugin.md. */
export const loadExt = defineMagic({
  name: "load_ext",
  kinds: ["line"],
  summary:
    "Loads the magics that a package or a file exports; loaded again, a file that has changed is read anew.",
  params: [
    {
      kind: "positional",
      name: "module",
      required: true,
      help: "a package, or a file as in an import: ./shout.ts",
    },
  ],
  loadsMagics: true,
  examples: ["%load_ext ./shout.ts", "%load_ext millrace-geo"],
  async run({ args }, host) {
    const own = host.magics.find(({ name }) => name.toLowerCase() === args.module.toLowerCase());
    if (own !== undefined) return host.print(`%${own.name} is there already`);
    await loadPlugin(args.module, host);
  },
});

/** Loads the magics of a module, and says which they are. */
export async function loadPlugin(specifier: string, host: MagicHost): Promise<void> {
  const names = await host.notebook.loadMagics(specifier);
  const loaded = host.magics.filter(({ name }) => names.includes(name));
  const written = loaded.flatMap(({ name, kinds }) =>
    kinds.map((kind) => `${kind === "cell" ? "%%" : "%"}${name}`),
  );
  host.print(`loaded ${written.join(", ")}`);
}
