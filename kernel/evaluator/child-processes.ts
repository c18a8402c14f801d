/**
 * Child processes of cells: an interrupt ends those the cell waits for, as Ctrl-C in a terminal does.
 *
 * A synchronous call (`execSync`) holds the cell thread in native code, which V8 cannot terminate: the control thread
 * ends its child, and must know which of the children that is. So the calls are announced, and all other children are
 * known by id. Children that a cell started as `detached` are left alone.
 */

import childProcess, { ChildProcess, type SpawnOptions } from "node:child_process";
import { syncBuiltinESMExports } from "node:module";
import type { CellId } from "../port/evaluator.js";
import type { ToControl } from "./control-messages.js";
import { childAwaited, childEnded, type InterruptState, isInterruptRaised } from "./interrupt-state.js";
import { KeyboardInterrupt } from "./keyboard-interrupt.js";
import { signalTrees } from "./process-tree.js";

/** How long children have to end by themselves when the kernel shuts down. */
const END_MS = 500;

export interface ChildProcessesOptions {
  interrupts: InterruptState;
  /** The cell whose code calls, undefined when none is on the stack: the kernel has children of its own. */
  starter(): CellId | undefined;
  tellControl(message: ToControl): void;
  /** A child has ended: what it wrote comes before what the cell prints next. */
  ended(): void;
}

const SYNCHRONOUS = ["execSync", "execFileSync", "spawnSync"] as const;

export class ChildProcesses {
  readonly #options: ChildProcessesOptions;
  /** Living children of cells, without those that are to outlive the kernel. */
  readonly #children = new Map<ChildProcess, CellId>();

  constructor(options: ChildProcessesOptions) {
    this.#options = options;
  }

  /** Replaces the functions of node:child_process that start processes. Once in a process, before cells import it. */
  install(): void {
    for (const name of SYNCHRONOUS) {
      Object.defineProperty(childProcess, name, { value: this.#announced(childProcess[name]) });
    }
    const spawn: (this: ChildProcess, options: SpawnOptions) => unknown = Reflect.get(
      ChildProcess.prototype,
      "spawn",
    );
    const remember = (child: ChildProcess, { detached }: SpawnOptions) => this.#remember(child, detached);
    Reflect.set(ChildProcess.prototype, "spawn", function (this: ChildProcess, options: SpawnOptions) {
      const result = Reflect.apply(spawn, this, [options]);
      remember(this, options);
      return result;
    });
    syncBuiltinESMExports();
  }

  /** The cell was interrupted: asks the children it has started to end. */
  interrupt(cell: CellId): void {
    const own = [...this.#children].filter(([, starter]) => starter === cell);
    signalTrees(
      own.flatMap(([{ pid }]) => pid ?? []),
      "SIGINT",
    );
  }

  /** Asks all children to end. Resolves when they have, or after {@link END_MS}: the front ends those that are left. */
  async end(): Promise<void> {
    const children = [...this.#children.keys()];
    signalTrees(
      children.flatMap(({ pid }) => pid ?? []),
      "SIGTERM",
    );
    const exits = children.map((child) => new Promise((resolve) => child.once("exit", resolve)));
    const deadline = new Promise((resolve) => setTimeout(resolve, END_MS).unref());
    await Promise.race([Promise.all(exits), deadline]);
  }

  /** A proxy, so that the function keeps its name, length and properties. */
  #announced<F extends (...args: never[]) => unknown>(call: F): F {
    const { interrupts, ended } = this.#options;
    return new Proxy(call, {
      apply: (target, self, args) => {
        throwIfInterrupted(interrupts);
        childAwaited(interrupts);
        try {
          return Reflect.apply(target, self, args);
        } finally {
          childEnded(interrupts);
          ended();
          // What the call itself threw is only the signal that ended the child.
          throwIfInterrupted(interrupts);
        }
      },
    });
  }

  #remember(child: ChildProcess, detached = false): void {
    const { pid } = child;
    if (pid === undefined) return;
    const { ended, starter, tellControl } = this.#options;
    const cell = starter();
    if (!detached && cell !== undefined) this.#children.set(child, cell);
    tellControl({ type: "child", pid, alive: true });
    child.prependOnceListener("exit", () => {
      this.#children.delete(child);
      tellControl({ type: "child", pid, alive: false });
      ended();
    });
  }
}

function throwIfInterrupted(interrupts: InterruptState): void {
  if (isInterruptRaised(interrupts)) throw new KeyboardInterrupt();
}
