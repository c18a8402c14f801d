/** Runs the magics that stand in a cell. */

import { magicHelp } from "../magic/help.js";
import type { MagicHost } from "../magic/magic.js";
import { asksForHelp, MagicUsageError, parseMagicArgs } from "../magic/parse.js";
import type { Notebook } from "./notebook.js";
import { notebookAccess } from "./notebook-access.js";
import { runFile } from "./run-file.js";
import type { RunningCell } from "./running-cell.js";

export interface WrittenMagic {
  name: string;
  /** The text after the name. */
  line: string;
  body: string | undefined;
  assigned: boolean;
}

/** Runs a magic, or prints its help for `-h`. @throws MagicUsageError when it is written wrongly */
export async function runMagic(
  { name, line, body, assigned }: WrittenMagic,
  run: RunningCell,
  notebook: Notebook,
): Promise<unknown> {
  const magic = notebook.magics.find(name);
  if (magic === undefined) throw noMagic(name, notebook);
  const host = createMagicHost(run, notebook);
  if (asksForHelp(line, magic.params)) return host.print(magicHelp(magic));
  const args = parseMagicArgs(magic.name, line, magic.params);
  return magic.run({ args, line, body, assigned }, host, notebook.extension.context);
}

/** The compiler has looked before; this is of one that a magic above it was to load. */
function noMagic(name: string, { magics }: Notebook): MagicUsageError {
  const near = magics.nearest(name).map((other) => `%${other}`);
  const hint = near.length === 0 ? "%lsmagic lists all" : `did you mean ${near.join(" or ")}?`;
  return new MagicUsageError(`there is no magic %${name}; ${hint}`);
}

function createMagicHost(run: RunningCell, notebook: Notebook): MagicHost {
  const { cell } = run;
  const { output, scope, magics, text } = notebook;
  return {
    cell: cell.id,
    print: (line) => output.stream(cell.id, "stdout", line.endsWith("\n") ? line : `${line}\n`),
    write: (name, written) => output.stream(cell.id, name, written),
    show: (bundle, displayId, { update = false, metadata = {} } = {}) => {
      const shown = { cell: cell.id, data: text.bundle(bundle), metadata };
      const type = update ? "updateDisplay" : "display";
      output.send({ type, ...shown, ...(displayId !== undefined && { displayId }) });
    },
    lookup: (name) => scope.lookup(name),
    variables: () => scope.variables(),
    get magics() {
      return magics.all();
    },
    typeCheck: (mode) => output.send({ type: "typeCheck", cell: cell.id, ...(mode && { mode }) }),
    runFile: (file, args) => runFile(file, args, run, notebook),
    notebook: notebookAccess(run, notebook),
    // Asked for only when it is needed: few cells have one.
    get signal() {
      return cell.signal;
    },
  };
}
