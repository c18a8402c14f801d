/** `millrace export NOTEBOOK`: the notebook as a TypeScript program. */

import { existsSync, writeFileSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { Command } from "commander";
import { type ExportedCell, exportNotebook } from "../../magics/script/export-notebook.js";
import { rebasedPath } from "../../magics/script/rebased-path.js";
import { tsNodeFolder } from "../../magics/script/ts-node-folder.js";
import { readNotebook, sourceOf } from "../run/notebook-file.js";

interface ExportOptions {
  output?: string;
  force?: boolean;
}

export function exportCommand(): Command {
  return new Command("export")
    .description("write a notebook as a TypeScript program, which runs with `npx ts-node FILE`")
    .argument("<notebook>", "notebook file (.ipynb)")
    .option(
      "-o, --output <file>",
      "the program; default: beside the notebook, with its name; - is the terminal",
    )
    .option("--force", "replace a file that is there")
    .action(exportFile);
}

const withoutExtension = (file: string): string => file.replace(/\.ipynb$/, "");

function exportFile(
  file: string,
  { output = `${withoutExtension(file)}.ts`, force = false }: ExportOptions,
): void {
  const folder = tsNodeFolder(resolve(output === "-" ? "program.ts" : output));
  const command = `${folder.command} ${output === "-" ? "program.ts" : basename(output)}`;
  const program = exportNotebook(
    `${basename(file)} as a program: ${command}`,
    cellsOf(resolve(file)),
    rebasedPath(dirname(resolve(file)), dirname(resolve(output === "-" ? "program.ts" : output))),
  );
  if (output === "-") return void process.stdout.write(program);
  if (existsSync(output) && !force)
    throw new Error(`${output} is there already: --force replaces it, -o names another file`);
  writeFileSync(output, program);
  const settings = folder.writeSettings();
  const wrote = settings === undefined ? output : `${output}, and ${settings}, which ts-node needs`;
  console.error(`Wrote ${wrote}; in its folder run: ${command}`);
}

function cellsOf(file: string): ExportedCell[] {
  return readNotebook(file).cells.flatMap((cell): ExportedCell[] => {
    const { cell_type: kind } = cell;
    return kind === "code" || kind === "markdown" ? [{ kind, source: sourceOf(cell) }] : [];
  });
}
