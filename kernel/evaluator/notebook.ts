/** What all cells of one evaluator share. */

import type { CompileEnvironment } from "../compile/compile-cell.js";
import type { MagicRegistry } from "../magic/registry.js";
import type { SharedConsole } from "./cell-console.js";
import type { CommRegistry } from "./comms.js";
import type { ReportContext } from "./error-report.js";
import type { ExecutedCell, ExecutedCells } from "./executed-cells.js";
import type { Cell, Extension } from "./extension.js";
import type { FrontCalls } from "./front-calls.js";
import type { Importer } from "./importer.js";
import type { InputRequests } from "./input.js";
import type { Output } from "./output.js";
import type { Scope } from "./scope.js";
import type { NotebookSettings } from "./settings.js";
import type { UserText } from "./user-text.js";

export interface Notebook {
  /** The notebook's folder. */
  readonly cwd: string;
  readonly scope: Scope;
  readonly executed: ExecutedCells;
  readonly text: UserText;
  readonly output: Output;
  readonly importer: Importer;
  readonly magics: MagicRegistry<unknown>;
  readonly extension: Extension<unknown>;
  readonly input: InputRequests;
  readonly front: FrontCalls;
  readonly settings: NotebookSettings;
  readonly comms: CommRegistry;
  readonly sharedConsole: SharedConsole;
  readonly require: NodeJS.Require;
  /** The cell being run, or the last one. */
  current(): Cell;
  compileEnvironment(): CompileEnvironment;
  reportContext(cell?: ExecutedCell): ReportContext;
  /** Runs code that is not the cell's; what it throws is logged, with `place` as the subject. */
  guarded(place: string, action: () => void): void;
}

/** All that does not depend on the extension, which is made with it. */
export type NotebookCore = Omit<Notebook, "extension" | "magics" | "compileEnvironment"> & {
  compileEnvironment(): Omit<CompileEnvironment, "magics">;
};
