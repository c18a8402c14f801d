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
import { isHeld, isInterruptPending, release, requestInterrupt } from "./interrupt-state.js";
import { probeExpression } from "./termination-probe.js";

/** What loop guards and the cell's signal get for ending the cell by themselves. */
const TERMINATE_AFTER_MS = 100;
/** Between two attempts. */
const RETRY_MS = 10;
/** Attempts that spare the kernel's own code: only when that takes so long is it ended as well. */
const PATIENT_ATTEMPTS = 5;
const POLL_MS = 1;
/** How long the process may outlive the front: a cell that loops never reads that its pipe has ended. */
const ORPHAN_EXIT_MS = 3_000;

const { state, fd }: { state: Int32Array; fd: number } = workerData;

const session = new Session();
session.connectToMainThread();

/** When the oldest interrupt came that is still pending. */
let pendingSinceMs = 0;
let isActive = false;

/** Goes on until the cell thread has handled all interrupts. */
function attemptUntilHandled(attempt: number): void {
  isActive = isInterruptPending(state);
  if (!isActive) return;
  const earlyMs = pendingSinceMs + TERMINATE_AFTER_MS - performance.now();
  if (earlyMs > 0) setTimeout(attemptUntilHandled, earlyMs, 0);
  else probe(attempt);
}

function probe(attempt: number): void {
  let isAnswered = false;
  const expression = probeExpression(attempt < PATIENT_ATTEMPTS);
  session.post("Runtime.evaluate", { expression, silent: true }, () => {
    isAnswered = true;
  });
  terminateWhenHeld(
    () => isAnswered,
    () => setTimeout(attemptUntilHandled, RETRY_MS, attempt + 1),
  );
}

/** The probe is answered when the cell thread may go on, or stands still in what is to be terminated. */
function terminateWhenHeld(isAnswered: () => boolean, done: () => void): void {
  if (isHeld(state)) {
    session.post("Runtime.terminateExecution");
    release(state);
    done();
  } else if (isAnswered()) done();
  else setTimeout(() => terminateWhenHeld(isAnswered, done), POLL_MS);
}

const pipe = new Socket({ fd, readable: true, writable: false });
pipe.on("data", (bytes) => {
  if (!isInterruptPending(state)) pendingSinceMs = performance.now();
  requestInterrupt(state, bytes.length);
  if (!isActive) attemptUntilHandled(0);
});
pipe.on("close", () => {
  setTimeout(() => process.kill(process.pid, "SIGKILL"), ORPHAN_EXIT_MS);
});
