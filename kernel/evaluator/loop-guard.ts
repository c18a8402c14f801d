/** The two globals that loop guards of compiled cells refer to (compile/loop-guards.ts). */

import { KERNEL_NAMES } from "../compile/notebook-names.js";
import type { InterruptState } from "./interrupt-state.js";
import { KeyboardInterrupt } from "./keyboard-interrupt.js";

/** Constant properties: V8 then compiles a guard to one load from a fixed address. */
export function installLoopGuard(state: InterruptState): void {
  define(KERNEL_NAMES.flag, state);
  define(KERNEL_NAMES.stop, () => {
    throw new KeyboardInterrupt();
  });
}

function define(name: string, value: unknown): void {
  Object.defineProperty(globalThis, name, { value, writable: false, configurable: true, enumerable: false });
}
