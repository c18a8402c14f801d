import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, extname, resolve } from "node:path";
import { defineMagic } from "../../kernel/magic/define-magic.js";
import type { MagicHost } from "../../kernel/magic/magic.js";
import { MagicUsageError } from "../../kernel/magic/parse.js";
import { sessionInputs } from "../notebook/history-ranges.js";
import { writeText } from "../notebook/write-text.js";
import type { ExportedCell } from "./export-notebook.js";

/** `%export program.ts`: the notebook as a program. */
export const exportMagic = defineMagic({
  name: "export",
  kinds: ["line"],
  summary:
    "Writes the notebook as a TypeScript program: its file as it was last saved, where the server says which that is, else the cells run so far.",
  params: [
    { kind: "positional", name: "program", required: true, help: "the program, such as words.ts" },
    { kind: "option", name: "notebook", help: "another notebook's file (.ipynb)" },
    { kind: "flag", name: "force", short: "f", help: "replaces a file that is there" },
  ],
  examples: ["%export words.ts", "%export words.ts --notebook 01-word-count.ipynb"],
  async run({ args }, host) {
    const program = extname(args.program) === "" ? `${args.program}.ts` : args.program;
    if (!args.force && existsSync(program))
      throw new MagicUsageError(`%export: ${program} is there already: -f replaces it`);
    const { title, cells, folder, areInputs } = await exported(args.notebook, host);
    // The compiler that reads the cells is large: it is loaded when it is needed.
    const { exportNotebook } = await import("./export-notebook.js");
    const { rebasedPath } = await import("./rebased-path.js");
    const { tsNodeFolder } = await import("./ts-node-folder.js");
    const tsNode = tsNodeFolder(resolve(program));
    const command = `${tsNode.command} ${basename(program)}`;
    const rebase = rebasedPath(folder, dirname(resolve(program)));
    // Among the inputs of a session are those that were mistyped.
    const leftOut = areInputs ? (sentence: string) => host.print(`left out: ${sentence}`) : undefined;
    const text = exportNotebook(`${title} as a program: ${command}`, cells, rebase, leftOut);
    writeText("%export", program, text);
    const settings = tsNode.writeSettings();
    host.print(
      `wrote ${program}${settings === undefined ? "" : ` and ${settings}`}: ${title}; run it with ${command}`,
    );
  },
});

interface Exported {
  title: string;
  cells: ExportedCell[];
  /** Where its relative imports start. */
  folder: string;
  /** They are no notebook's cells, but what was run, in order. */
  areInputs: boolean;
}

/** Jupyter's server tells a kernel which file it was started for. */
async function exported(notebook: string | undefined, host: MagicHost): Promise<Exported> {
  const named = notebook ?? process.env.JPY_SESSION_NAME;
  const file = named === undefined ? undefined : resolve(named);
  if (file !== undefined && extname(file) === ".ipynb" && existsSync(file))
    return { title: basename(file), cells: cellsOf(file), folder: dirname(file), areInputs: false };
  if (notebook !== undefined) throw new MagicUsageError(`%export: there is no notebook ${file}`);
  const inputs = await sessionInputs(host);
  const cells = inputs.map(({ input }) => ({ kind: "code" as const, source: input }));
  return { title: "the cells run so far", cells, folder: host.notebook.folder, areInputs: true };
}

/** @throws MagicUsageError when the file is no notebook of format 4 */
function cellsOf(file: string): ExportedCell[] {
  const { cells }: { cells?: { cell_type: string; source: string | string[] }[] } = JSON.parse(
    readFileSync(file, "utf8"),
  );
  if (!Array.isArray(cells)) throw new MagicUsageError(`%export: ${file} is not a notebook of format 4`);
  return cells.flatMap(({ cell_type: kind, source }): ExportedCell[] => {
    const text = Array.isArray(source) ? source.join("") : source;
    return kind === "code" || kind === "markdown" ? [{ kind, source: text }] : [];
  });
}
