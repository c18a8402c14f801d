import { homedir } from "node:os";
import { resolve } from "node:path";
import { defineMagic } from "../../kernel/magic/define-magic.js";
import { MagicUsageError } from "../../kernel/magic/parse.js";

/** Where the last `%cd` came from. */
let before: string | undefined;

/** `%cd data`: where files and shell commands are looked for. Imports of cells go on from the notebook's folder. */
export const cd = defineMagic({
  name: "cd",
  kinds: ["line"],
  summary:
    "Changes the working directory, in which relative paths of files and shell commands start; imports go on from the notebook's folder.",
  params: [
    {
      kind: "positional",
      name: "folder",
      type: "line",
      help: "the folder; - is the one before, ~ or nothing is yours",
    },
    { kind: "flag", name: "quiet", short: "q", help: "does not print where it went" },
  ],
  examples: ["%cd data", "%cd -", "%cd .."],
  run({ args }, host) {
    const from = process.cwd();
    const to = target(args.folder ?? "~", from);
    try {
      process.chdir(to);
    } catch (error) {
      throw new MagicUsageError(`%cd: ${to} cannot be the working directory: ${reasonOf(error)}`);
    }
    before = from;
    if (!args.quiet) host.print(process.cwd());
  },
});

export const pwd = defineMagic({
  name: "pwd",
  kinds: ["line"],
  summary: "The working directory.",
  params: [],
  valueType: "string",
  examples: ["const folder = %pwd"],
  run: () => process.cwd(),
});

function target(written: string, from: string): string {
  const folder = /^(["'])(.*)\1$/.exec(written)?.[2] ?? written;
  if (folder !== "-") return resolve(from, folder.replace(/^~(?=$|[/\\])/, homedir()));
  if (before === undefined) throw new MagicUsageError("%cd: there is no folder before this one");
  return before;
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT") return "there is no such folder";
  return code === "ENOTDIR" ? "it is a file" : String(error instanceof Error ? error.message : error);
}
