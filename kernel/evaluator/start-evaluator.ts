/** The evaluator process: pipes, control thread, and what no cell can catch. */

import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { loadOxc } from "../compile/erase-types.js";
import type { ToEvaluator } from "../port/evaluator.js";
import type { ToControl } from "./control-messages.js";
import { Evaluator } from "./evaluator.js";
import type { ExtensionFactory } from "./extension.js";
import { openInbox } from "./frame-inbox.js";
import { guardProcess } from "./guard-process.js";
import { createInterruptState } from "./interrupt-state.js";
import { createPipePort } from "./pipe-port.js";
import { endOwnProcessGroup } from "./process-group.js";
import type { ResolveUrl } from "./resolve-module.js";
import { installTerminationProbe } from "./termination-probe.js";

/** See port/evaluator.ts for what goes where. */
const FD = { stdout: 1, stderr: 2, requests: 3, output: 4, interrupts: 6 } as const;
/** Loading what strips types holds the thread for some 10 ms: a first cell without types, sent at once, goes before. */
const TYPESCRIPT_DELAY_MS = 50;
/** How long closing may take once the front is gone; nobody is left to be told of a longer one. */
const ORPHAN_CLOSE_MS = 1_000;

/** Node keeps 10, which a package between two functions of a cell uses up. */
const STACK_FRAMES = 40;

export interface ProcessOptions {
  /** Specifiers that mean modules of the kernel's package wherever the notebook is: specifier → file URL. */
  aliases: Readonly<Record<string, string>>;
  /** Entry file of the control thread. */
  controlThread: URL;
  /** Beginnings of the file URLs or paths of the kernel's own code: such frames are not shown, and not terminated. */
  internal: readonly string[];
  resolveUrl: ResolveUrl;
}

/**
 * Makes this process an evaluator. Returns at once; the process ends with its front.
 * Needs the flags `--no-force-async-hooks-checks` (else ending a loop in a timer aborts the process) and
 * `--experimental-import-meta-resolve`.
 */
export function startEvaluator(factory: ExtensionFactory<unknown>, options: ProcessOptions): void {
  const port = createPipePort(FD.output, [FD.stdout, FD.stderr]);
  // Said before the rest is made: what the front sends now waits in its pipe, and most of it is needed by a cell only.
  port.send({ type: "ready" });
  Error.stackTraceLimit = STACK_FRAMES;
  const interrupts = createInterruptState();
  const modulesFolder = temporaryFolder();
  const control = startControlThread(options.controlThread, interrupts, modulesFolder);
  const tellControl = (message: ToControl) => control.postMessage(message);
  const exitNow = exitAfter(control);
  const exit = () => void children.end().finally(exitNow);
  installTerminationProbe(interrupts, options.internal);
  const evaluator = new Evaluator({
    ...options,
    port,
    interrupts,
    factory,
    importUrl: (url) => import(url),
    modulesFolder,
    interrupted: (cell) => children.interrupt(cell),
    exit,
  });
  const children = guardProcess(evaluator, interrupts, tellControl);
  openInbox<ToEvaluator>({
    fd: FD.requests,
    receive: (message, buffers) => evaluator.receive(message, buffers),
    ended: () => {
      process.once("exit", endOwnProcessGroup);
      setTimeout(exit, ORPHAN_CLOSE_MS);
      void evaluator.close().finally(exit);
    },
  });
  port.send({ type: "listening" });
  setTimeout(() => void loadOxc(), TYPESCRIPT_DELAY_MS).unref();
}

/** With its inspector session open, Node would wait "for the debugger to disconnect", and say so. */
function exitAfter(control: Worker): () => void {
  const exitNow = process.exit.bind(process, 0);
  return () => void control.terminate().finally(exitNow);
}

/** Of this process alone: given by the front, and removed by both, whichever outlives the other; here also by the control thread. */
function temporaryFolder(): string {
  // Taken away from what cells see as arguments.
  const [given] = process.argv.splice(2);
  const folder = given ?? join(tmpdir(), `millrace-modules-${process.pid}-${Date.now().toString(36)}`);
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function startControlThread(entry: URL, state: Int32Array, modulesFolder: string): Worker {
  const given = { state, fd: FD.interrupts, modulesFolder };
  const thread = new Worker(entry, { workerData: given, stdout: true, stderr: true });
  thread.unref();
  return thread;
}
