import { existsSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { defineMagic } from "../../kernel/magic/define-magic.js";
import type { MagicHost } from "../../kernel/magic/magic.js";
import { MagicUsageError } from "../../kernel/magic/parse.js";
import { loadPlugin } from "./load-ext.js";
import { dependenciesOf, npmInstall } from "./npm-install.js";
import { webText } from "./web-text.js";

/** Toree's `%AddJar`: where it takes jars, this takes what Node knows: packages as tarballs, and single modules. */
export const addJar = defineMagic({
  name: "AddJar",
  kinds: ["line"],
  summary:
    "Makes a tarball of an npm package, or a file of TypeScript or JavaScript, available to cells: a file that is here, or an address on the web.",
  params: [
    {
      kind: "positional",
      name: "source",
      required: true,
      help: "path or http(s) address of a .tgz, .ts or .js",
    },
    { kind: "flag", name: "force", short: "f", help: "downloads again what is there already" },
    { kind: "flag", name: "magic", help: "loads the magics that it exports" },
  ],
  loadsMagics: true,
  examples: ["%AddJar ./parser-1.0.0.tgz", "%AddJar https://example.org/shout.ts --magic"],
  async run({ args }, host) {
    const specifier = await available(args.source, args.force, host);
    if (args.magic) await loadPlugin(specifier, host);
    else host.print(`import it from ${JSON.stringify(specifier)}`);
  },
});

/** What cells import it by. */
async function available(source: string, force: boolean, host: MagicHost): Promise<string> {
  const path = /^https?:/.test(source) ? new URL(source).pathname : source;
  if (/\.(tgz|tar\.gz)$/.test(path)) return installed(source, host);
  if (!/\.[cm]?[jt]sx?$/.test(path))
    throw new MagicUsageError(`%AddJar: ${source} is neither a tarball (.tgz) nor a module (.ts, .js)`);
  return path === source ? local(source, host) : downloaded(source, force, host);
}

/** npm notes down where a package came from: by that its name is found. */
async function installed(source: string, host: MagicHost): Promise<string> {
  if (!/^https?:/.test(source)) checkThere(source, host);
  await npmInstall([source], { allowScripts: false }, host);
  const from = Object.entries(dependenciesOf(host.notebook.folder));
  const [name] = from.find(([, origin]) => origin.endsWith(basename(source))) ?? [];
  if (name === undefined) throw new MagicUsageError(`%AddJar: npm has installed nothing from ${source}`);
  return name;
}

function local(source: string, host: MagicHost): string {
  checkThere(source, host);
  return /^\.{0,2}\//.test(source) ? source : `./${source}`;
}

function checkThere(source: string, { notebook }: MagicHost): void {
  const file = resolve(notebook.folder, source);
  if (!existsSync(file)) throw new MagicUsageError(`%AddJar: there is no file ${file}`);
}

async function downloaded(url: string, force: boolean, host: MagicHost): Promise<string> {
  const name = basename(new URL(url).pathname);
  const file = join(host.notebook.folder, name);
  if (force || !existsSync(file)) writeFileSync(file, await webText(url, "%AddJar", host.signal));
  else host.print(`${name} is in the notebook's folder already; -f downloads it again, in its place`);
  return `./${name}`;
}
