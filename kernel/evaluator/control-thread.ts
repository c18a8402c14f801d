/**
 * The control thread: ends what holds the cell thread. Runs as a worker of the evaluator process.
 *
 * A byte on fd 6 raises the flag that loop guards read; when the cell thread has not come back after 100 ms, V8 is told
 * to terminate what runs there (also a regular expression, `Atomics.wait`, or a loop that catches everything).
 * The third rung, SIGKILL, is the front's.
 */

import { Session } from "node:inspector";
import { Socket } from "node:net";
import { workerData } from "node:worker_threads";
import { acknowledgedInterrupts, isInterruptPending, requestInterrupt } from "./interrupt-state.js";

/** Between two attempts, and before the first. */
const TERMINATE_AFTER_MS = 100;
/** How long the process may outlive the front: a cell that loops never reads that its pipe has ended. */
const ORPHAN_EXIT_MS = 3_000;

const { state, fd }: { state: Int32Array; fd: number } = workerData;

const session = new Session();
session.connectToMainThread();

let attempting = false;

function attemptLater(): void {
  attempting = true;
  const acknowledged = acknowledgedInterrupts(state);
  setTimeout(() => attempt(acknowledged), TERMINATE_AFTER_MS);
}

/** An interrupt that is pending although others were handled meanwhile is a newer one, whose time is not up yet. */
function attempt(acknowledged: number): void {
  attempting = false;
  if (!isInterruptPending(state)) return;
  const isStuck = acknowledgedInterrupts(state) === acknowledged;
  // What is terminated must be the code of a cell: below the kernel's own code a message would be lost.
  if (isStuck) session.post("Runtime.terminateExecution", () => undefined);
  attemptLater();
}

const pipe = new Socket({ fd, readable: true, writable: false });
pipe.on("data", (bytes) => {
  requestInterrupt(state, bytes.length);
  if (!attempting) attemptLater();
});
pipe.on("close", () => {
  setTimeout(() => process.kill(process.pid, "SIGKILL"), ORPHAN_EXIT_MS);
});
