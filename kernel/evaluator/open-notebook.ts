/** Puts together what the cells of one notebook share. */

import { AMBIENT_NAMES, isCompiledName } from "../compile/notebook-names.js";
import { stripTypes } from "../compile/typescript.js";
import { BUILTIN_MAGICS } from "../magic/builtin/table.js";
import { MagicRegistry } from "../magic/registry.js";
import { SharedConsole } from "./cell-console.js";
import { createCellHost } from "./cell-host.js";
import { createCellRequire } from "./cell-require.js";
import { CommRegistry } from "./comms.js";
import { reportError } from "./error-report.js";
import { ExecutedCells } from "./executed-cells.js";
import type { Cell, Extension, ExtensionFactory } from "./extension.js";
import { FrontCalls } from "./front-calls.js";
import { Importer, type Namespace } from "./importer.js";
import { InputRequests } from "./input.js";
import { LocalModules } from "./local-modules.js";
import type { Notebook, NotebookCore } from "./notebook.js";
import { Output, type OutputPort } from "./output.js";
import { type ResolveUrl, resolveModule } from "./resolve-module.js";
import { Scope } from "./scope.js";
import { NotebookSettings } from "./settings.js";
import { type ProjectSettings, readProjectSettings } from "./tsconfig.js";
import { UserText } from "./user-text.js";

export interface NotebookOptions {
  port: OutputPort;
  /** Specifiers that mean modules of the kernel's package wherever the notebook is: specifier → file URL. */
  aliases: Readonly<Record<string, string>>;
  resolveUrl: ResolveUrl;
  /** Node's `import(url)`. */
  importUrl(url: string): Promise<Namespace>;
  /** Beginnings of the file URLs or paths of the kernel's own code: such frames are not shown, and not terminated. */
  internal: readonly string[];
  /** Folder for compiled local modules; made when first needed. */
  modulesFolder: string;
}

/** @param current the cell being run, or the last one */
export function openNotebook(
  cwd: string,
  options: NotebookOptions,
  factory: ExtensionFactory<unknown>,
  current: () => Cell,
): Notebook {
  const core = openCore(cwd, options, current);
  const extension = openExtension(core, factory);
  core.scope.give(extension.globals);
  const own = BUILTIN_MAGICS.filter(
    ({ name }) => !extension.magics.some((magic) => magic.name.toLowerCase() === name),
  );
  const magics = new MagicRegistry([...own, ...extension.magics]);
  return { ...core, extension, magics, compileEnvironment: () => ({ ...core.compileEnvironment(), magics }) };
}

function openCore(cwd: string, options: NotebookOptions, current: () => Cell): NotebookCore {
  const scope = new Scope();
  const executed = new ExecutedCells();
  const settings = projectSettings(cwd);
  const { aliases, resolveUrl, importUrl, port, modulesFolder } = options;
  const resolution = { aliases, resolveUrl, paths: settings.value.paths };
  const { compilerOptions } = settings.value;
  const modules = new LocalModules({
    folder: modulesFolder,
    stripTypes,
    compilerOptions,
    resolve: (specifier, parent) => resolveModule(specifier, parent, resolution),
  });
  const text = new UserText(executed, modules, options.internal);
  const output = new Output(port, text.show, () => performance.now());
  const notebookSettings = new NotebookSettings();
  output.showsPrints = () => notebookSettings.showOutput;
  const reportContext: Notebook["reportContext"] = (cell) => ({
    cells: executed,
    text,
    names: () => [...scope.names(), ...AMBIENT_NAMES, ...hostNames()],
    ...(cell && { cell }),
  });
  const report = (error: unknown): string => reportError(error, reportContext()).traceback.join("\n");
  if (settings.error !== undefined) output.send({ type: "log", level: "warn", text: report(settings.error) });
  return {
    cwd,
    scope,
    executed,
    text,
    output,
    current,
    reportContext,
    importer: new Importer({ ...resolution, cwd, modules, scope, importUrl }),
    input: new InputRequests(output),
    front: new FrontCalls(output),
    settings: notebookSettings,
    comms: new CommRegistry({
      output,
      failed: (cell, error) => output.stream(cell, "stderr", `${report(error)}\n`),
    }),
    sharedConsole: new SharedConsole(),
    require: createCellRequire(cwd),
    compileEnvironment: () => ({
      isNotebookName: (name) => scope.has(name),
      isHostName: (name) => name in globalThis,
      stripTypes,
      options: compilerOptions,
    }),
    guarded: (place, action) => {
      try {
        action();
      } catch (error) {
        output.send({ type: "log", level: "error", text: `${place}: ${report(error)}` });
      }
    },
  };
}

function hostNames(): string[] {
  return Object.getOwnPropertyNames(globalThis).filter((name) => !isCompiledName(name));
}

/** A tsconfig.json that cannot be read must not keep cells from running. */
function projectSettings(cwd: string): { value: ProjectSettings; error?: unknown } {
  try {
    return { value: readProjectSettings(cwd) };
  } catch (error) {
    return { value: { compilerOptions: {}, paths: {} }, error };
  }
}

const NO_EXTENSION: Extension<unknown> = {
  globals: {},
  magics: [],
  context: undefined,
  close: () => Promise.resolve(),
};

/** A kernel whose extension fails still runs cells, and says why. */
function openExtension(core: NotebookCore, factory: ExtensionFactory<unknown>): Extension<unknown> {
  let extension = NO_EXTENSION;
  core.guarded("the extension could not be started", () => {
    extension = factory(createCellHost(core));
  });
  return extension;
}
