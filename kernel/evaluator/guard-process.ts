/** What the code of cells meets of the process it runs in: its streams, its exit, its children and threads. */

import { ChildProcesses } from "./child-processes.js";
import type { ToControl } from "./control-messages.js";
import type { Evaluator } from "./evaluator.js";
import { holdStill, type InterruptState } from "./interrupt-state.js";
import { ProcessExit } from "./process-exit.js";
import { installProcessGlobals, type WriteStream, withStreams } from "./process-globals.js";
import { watchRawWrites } from "./raw-writes.js";
import { giveWorkersTheirCell } from "./worker-output.js";
import { WritingCell } from "./writing-cell.js";

/** How long `process.exit` waits for the control thread: it takes a ms, or until a busy machine gives it a turn. */
const TERMINATE_LIMIT_MS = 5_000;

/** Once in a process, before its first cell. Returns the children that cells will have. */
export function guardProcess(
  evaluator: Evaluator,
  interrupts: InterruptState,
  tellControl: (message: ToControl) => void,
): ChildProcesses {
  const writing = new WritingCell(
    () => evaluator.current().id,
    () => evaluator.caller(),
  );
  const writeTo =
    (cell: () => string): WriteStream =>
    (name, text) =>
      evaluator.notebook.output.stream(cell(), name, text);
  const rawWritten = () => evaluator.notebook.output.rawWritten();
  const children = new ChildProcesses({
    interrupts,
    starter: () => evaluator.caller(),
    tellControl,
    ended: rawWritten,
  });
  children.install();
  watchRawWrites(rawWritten);
  giveWorkersTheirCell((make) => {
    const cell = writing.find();
    return withStreams(
      writeTo(() => cell),
      make,
    );
  });
  installProcessGlobals({
    write: writeTo(() => writing.find()),
    exit: (code) => {
      const error = new ProcessExit(code);
      if (!evaluator.fail(error)) evaluator.unhandled(error, "exception");
      terminate(interrupts, tellControl);
      throw error;
    },
  });
  process.on("uncaughtException", (error) => evaluator.unhandled(error, "exception"));
  process.on("unhandledRejection", (error) => evaluator.unhandled(error, "rejection"));
  return children;
}

/** Ends the code that calls it, without a chance to catch or to clean up: does not return, unless the control thread is stuck. */
function terminate(interrupts: InterruptState, tellControl: (message: ToControl) => void): void {
  tellControl({ type: "terminate" });
  holdStill(interrupts, TERMINATE_LIMIT_MS);
}
