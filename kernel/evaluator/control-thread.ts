/**
 * The control thread: ends what holds the cell thread. Runs as a worker of the evaluator process.
 *
 * A byte on fd 6 raises the flag that loop guards read; when the cell thread has not come back after 75 ms, V8 is told
 * to terminate what runs there (also a regular expression, `Atomics.wait`, or a loop that catches everything).
 * A child process that the cell thread stands still for is asked to end at once, and ended after those 75 ms.
 * The third rung, SIGKILL, is the front's.
 */

import { rmSync } from "node:fs";
import { Session } from "node:inspector";
import { Socket } from "node:net";
import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import type { ToControl } from "./control-messages.js";
import { awaitsChild, isHeld, isInterruptPending, release, requestInterrupt } from "./interrupt-state.js";
import { endOwnProcessGroup } from "./process-group.js";
import { type ListedProcess, listProcesses } from "./process-list.js";
import { childrenOf, signalTrees, stillThere } from "./process-tree.js";
import { probeExpression } from "./termination-probe.js";

/** What loop guards and the cell's signal get for ending the cell by themselves. */
const TERMINATE_AFTER_MS = 75;
/** Between two attempts; longer after one that hit, for the cell thread to read the front's message and be done. */
const RETRY_MS = 10;
const RETRY_AFTER_HIT_MS = 30;
/** Attempts that spare the kernel's own code: only when that takes so long is it ended as well. */
const PATIENT_ATTEMPTS = 5;
/** The same for children: reading the list of processes takes some milliseconds. */
const RETRY_CHILD_MS = 50;
const POLL_MS = 1;
/** How long the process may outlive the front: a cell that loops never reads that its pipe has ended. */
const ORPHAN_EXIT_MS = 1_500;

const { state, fd, modulesFolder }: { state: Int32Array; fd: number; modulesFolder: string } = workerData;

const session = new Session();
session.connectToMainThread();

/** Children of the process that the cell thread does not stand still for. */
const background = new Set<number>();

/** When the oldest interrupt came that is still pending. */
let pendingSinceMs = 0;
/**
 * Whom the pending interrupts have asked to end. Jobs that a shell runs in the background ignore SIGINT; they stay, hold the output for
 * which the cell thread waits, and have no parent any more by which they could be found.
 */
const asked = new Map<number, ListedProcess>();
let isActive = false;

/** Goes on until the cell thread has handled all interrupts. */
function attemptUntilHandled(attempt: number): void {
  isActive = isInterruptPending(state);
  if (!isActive) return;
  const earlyMs = pendingSinceMs + TERMINATE_AFTER_MS - performance.now();
  if (earlyMs > 0) setTimeout(attemptUntilHandled, earlyMs, 0);
  else attemptNow(attempt);
}

function attemptNow(attempt: number): void {
  if (attempt === 0) killAwaitedChildren();
  probe(attempt);
}

/** A cell that catches everything may wait for one child after the other. */
function killAwaitedChildren(): void {
  if (!isInterruptPending(state)) return;
  endAwaitedChild("SIGKILL");
  setTimeout(killAwaitedChildren, RETRY_CHILD_MS);
}

/** Several for a shell and what it runs; none when the cell thread waits for no child. */
function endAwaitedChild(signal: NodeJS.Signals): void {
  if (!awaitsChild(state)) return;
  receiveWhatWasSaid();
  const processes = listProcesses();
  const awaited = childrenOf(processes, process.pid).filter(({ pid }) => !background.has(pid));
  const toEnd = [...awaited, ...stillThere(processes, [...asked.values()])];
  for (const one of signalTrees(
    toEnd.map(({ pid }) => pid),
    signal,
  ))
    asked.set(one.pid, one);
}

/** The cell thread says which children it does not wait for before it waits for another: on a busy machine just before. */
function receiveWhatWasSaid(): void {
  for (;;) {
    const received = parentPort ? receiveMessageOnPort(parentPort) : undefined;
    if (received === undefined) return;
    receive(received.message);
  }
}

function receive(message: ToControl): void {
  if (message.type === "terminate") terminateHeld();
  else if (message.alive) background.add(message.pid);
  else background.delete(message.pid);
}

function probe(attempt: number): void {
  let isAnswered = false;
  const expression = probeExpression(attempt < PATIENT_ATTEMPTS);
  session.post("Runtime.evaluate", { expression, silent: true }, () => {
    isAnswered = true;
  });
  terminateWhenHeld(
    () => isAnswered,
    (retryMs) => setTimeout(attemptUntilHandled, retryMs, attempt + 1),
  );
}

/** The probe is answered when the cell thread may go on, or stands still in what is to be terminated. */
function terminateWhenHeld(isAnswered: () => boolean, done: (retryMs: number) => void): void {
  if (isHeld(state)) {
    terminateHeld();
    done(RETRY_AFTER_HIT_MS);
  } else if (isAnswered()) done(RETRY_MS);
  else setTimeout(() => terminateWhenHeld(isAnswered, done), POLL_MS);
}

function terminateHeld(): void {
  session.post("Runtime.terminateExecution");
  release(state);
}

const pipe = new Socket({ fd, readable: true, writable: false });
pipe.on("data", (bytes) => {
  if (!isInterruptPending(state)) {
    pendingSinceMs = performance.now();
    asked.clear();
  }
  requestInterrupt(state, bytes.length);
  endAwaitedChild("SIGINT");
  if (!isActive) attemptUntilHandled(0);
});
pipe.on("close", () => {
  setTimeout(() => {
    // The cell thread is yet to do that, and will not: it loops, or has no turn on a busy machine.
    try {
      rmSync(modulesFolder, { recursive: true, force: true });
    } finally {
      endOwnProcessGroup();
      process.kill(process.pid, "SIGKILL");
    }
  }, ORPHAN_EXIT_MS);
});
parentPort?.on("message", receive);
