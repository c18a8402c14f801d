/** How an evaluator ended, in words for the cell it took with it. */

import type { CellError } from "../port/evaluator.js";

export interface Exit {
  /** Null when a signal ended it. */
  code: number | null;
  signal: string | null;
  /** The end of what it wrote to stderr. */
  lastWords: string;
}

/** Why the front itself ended the process, undefined when it did not. */
export type Killed = "interrupt" | undefined;

const AFTERWARDS =
  "A new one has been started; the variables of earlier cells are lost: run the cells that define them again.";

/** The error of the cell that ran when the evaluator ended. */
export function deathOfCell(exit: Exit, killed: Killed): CellError {
  return killed === "interrupt"
    ? cellError(
        "KeyboardInterrupt",
        `The cell did not stop within 2 s of the interrupt, so its process was ended. ${AFTERWARDS}`,
      )
    : cellError(
        "EvaluatorDied",
        `The evaluator process ended (${causeOf(exit)}) while this cell ran. ${AFTERWARDS}`,
      );
}

/** The line for stderr of the last cell when no cell ran. */
export function deathBetweenCells(exit: Exit, killed: Killed): string {
  const cause = killed === "interrupt" ? "it did not react to an interrupt for 2 s" : causeOf(exit);
  return `[millrace] The evaluator process ended (${cause}) after this cell. ${AFTERWARDS}\n`;
}

/** The error of a cell that was interrupted before the evaluator had seen it. */
export function interruptedBeforeStart(): CellError {
  return cellError(
    "KeyboardInterrupt",
    "The cell was interrupted before it began to run; the variables are kept.",
  );
}

/** The error of every cell once the evaluator cannot be started. */
export function cannotStart(attempts: number, exit: Exit): CellError {
  const words = exit.lastWords.trim();
  const said = words === "" ? "It wrote nothing to stderr." : `Its last words:\n${words}`;
  return cellError(
    "EvaluatorFailed",
    `The evaluator process ended ${attempts} times before it was ready, the last time with ${causeOf(exit)}; restart the kernel to try again. ${said}`,
  );
}

/** The error of a cell that was running or waiting when the kernel was asked to shut down. */
export function kernelShutDown(): CellError {
  return cellError("KernelShutdown", "The kernel was shut down before the cell had ended.");
}

function causeOf({ code, signal, lastWords }: Exit): string {
  if (/heap out of memory/i.test(lastWords)) {
    return "out of memory; NODE_OPTIONS=--max-old-space-size=<MB> in the kernel's environment raises the limit";
  }
  return signal === null ? `exit code ${code}` : `signal ${signal}`;
}

function cellError(ename: string, evalue: string): CellError {
  return { ename, evalue, traceback: [`${ename}: ${evalue}`] };
}
