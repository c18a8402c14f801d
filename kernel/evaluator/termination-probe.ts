/**
 * Makes sure that a termination hits the code of a cell.
 *
 * `Runtime.terminateExecution` ends whatever JavaScript runs next, also when the cell thread has just become free: then a
 * message of the front, or one of the extension's threads, would be lost. So the control thread first evaluates this probe
 * through the inspector. V8 runs it on top of what holds the cell thread; it looks at the stack below itself, and when that is
 * to be terminated stands still until the termination has been posted, which is then the next thing V8 does.
 */

import { KERNEL_NAMES } from "../compile/notebook-names.js";
import { holdStill, type InterruptState } from "./interrupt-state.js";

/** How long the cell thread stands still at most: the control thread answers within a ms, or when a busy machine gives it a turn. */
const HOLD_LIMIT_MS = 2_000;
/** The probe's own frames: the function that reads the stack, the probe, the evaluated expression. */
const OWN_FRAMES = 3;

/** Frames of V8's builtins (`at Array.map (<anonymous>)`) have none, and may stand between any others. */
const HAS_PLACE = /:\d+:\d+\)?$/;

/** The expression that the control thread evaluates. @param patient only code of the user may be ended, not the kernel's own */
export function probeExpression(patient: boolean): string {
  return `${KERNEL_NAMES.probe}(${patient})`;
}

let terminated: string[] = [];

/** The stack that was terminated last, for the error of its cell; empty when none was since the last call. */
export function takeTerminatedFrames(): string[] {
  const frames = terminated;
  terminated = [];
  return frames;
}

/** @param internal beginnings of the file URLs or paths of the kernel's own code */
export function installTerminationProbe(state: InterruptState, internal: readonly string[]): void {
  const isUsers = (frame: string): boolean =>
    HAS_PLACE.test(frame) && !frame.includes("node:") && !internal.some((start) => frame.includes(start));
  const probe = (patient: boolean): void => {
    const frames = framesBelow();
    if (patient ? !frames.some(isUsers) : frames.length === 0) return;
    terminated = frames;
    holdStill(state, HOLD_LIMIT_MS);
  };
  Object.defineProperty(globalThis, KERNEL_NAMES.probe, {
    value: probe,
    configurable: true,
    enumerable: false,
  });
}

/** The stack below the probe, as text; packages may have changed how stacks are written. */
function framesBelow(): string[] {
  const { stackTraceLimit, prepareStackTrace } = Error;
  Error.stackTraceLimit = Number.POSITIVE_INFINITY;
  Reflect.deleteProperty(Error, "prepareStackTrace");
  const { stack = "" } = new Error("probe");
  Error.stackTraceLimit = stackTraceLimit;
  if (prepareStackTrace !== undefined) Error.prepareStackTrace = prepareStackTrace;
  return stack.split("\n").slice(1 + OWN_FRAMES);
}
