/** For tests: the built evaluator as a process, with all its pipes; the test stands where the front would. */

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { CellRequest, FromEvaluator, ToEvaluator } from "../../port/evaluator.js";
import { encodeFrame, FrameReader } from "../../port/frame.js";

const ENTRY = fileURLToPath(new URL("../../../dist/evaluator.js", import.meta.url));
const FLAGS = ["--no-warnings", "--no-force-async-hooks-checks", "--experimental-import-meta-resolve"];
/** A test that waits longer than this has failed; no test is as slow on an idle machine. */
const DEADLINE_MS = 120_000;

type Test = (message: FromEvaluator) => boolean;

export class EvaluatorProcess {
  readonly child: ChildProcess;
  readonly messages: FromEvaluator[] = [];
  /** Raw bytes of fd 1 and 2, as text. */
  readonly raw = { stdout: "", stderr: "" };
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  readonly #changed = new Set<() => void>();
  #count = 0;

  constructor(cwd: string) {
    if (!existsSync(ENTRY))
      throw new Error("dist/evaluator.js is missing: run node kernelspec/build.mjs --js-only");
    this.child = spawn(process.execPath, [...FLAGS, ENTRY], {
      cwd,
      stdio: ["ignore", "pipe", "pipe", "pipe", "pipe", "pipe", "pipe"],
    });
    this.exited = new Promise((resolve) =>
      this.child.once("close", (code, signal) => resolve({ code, signal })),
    );
    const reader = new FrameReader<FromEvaluator>();
    this.#readable(4).on("data", (bytes: Buffer) => {
      this.messages.push(...reader.push(bytes).map((frame) => frame.message));
      this.#notify();
    });
    for (const name of ["stdout", "stderr"] as const) {
      this.child[name]?.on("data", (bytes: Buffer) => {
        this.raw[name] += bytes.toString("latin1");
        this.#notify();
      });
    }
    // A process that is killed resets its pipes; tests that care look at `exited`.
    for (const pipe of this.child.stdio) pipe?.on("error", () => this.#notify());
    void this.exited.then(() => this.#notify());
    this.send({ type: "init", cwd });
  }

  send(message: ToEvaluator): void {
    this.writable(3).write(encodeFrame(message));
  }

  /** Starts a cell. @returns its id */
  start(code: string, request: Partial<CellRequest> = {}): string {
    const cell = `cell-${++this.#count}`;
    const base = { executionCount: this.#count, silent: false, allowStdin: true, userExpressions: {} };
    this.send({ type: "run", cell, code, ...base, ...request });
    return cell;
  }

  /** Runs a cell to its end. */
  async run(code: string): Promise<CellReport> {
    const cell = this.start(code);
    await this.message((m) => m.type === "done" && m.cell === cell);
    return this.report(cell);
  }

  /** What a cell showed so far. */
  report(cell: string): CellReport {
    const own = this.messages.filter((m) => "cell" in m && m.cell === cell);
    const done = own.find((m) => m.type === "done");
    const text = (name: string) =>
      own.map((m) => (m.type === "stream" && m.name === name ? m.text : "")).join("");
    const result = own.find((m) => m.type === "result");
    return {
      ename: done?.outcome.status === "error" ? done.outcome.ename : undefined,
      evalue: done?.outcome.status === "error" ? done.outcome.evalue : undefined,
      traceback: done?.outcome.status === "error" ? done.outcome.traceback.join("\n") : "",
      result: result?.data["text/plain"],
      stdout: text("stdout"),
      stderr: text("stderr"),
      mark: done?.mark,
    };
  }

  /** Interrupts as the front does: a byte for the control thread, a message for the cell thread. */
  interrupt(): void {
    this.writable(6).write("i");
    this.send({ type: "interrupt" });
  }

  /** The first message, of all there were and will be, for which `test` holds. */
  async message(test: Test, from = 0): Promise<FromEvaluator> {
    let found: FromEvaluator | undefined;
    await this.until(() => {
      found = this.messages.slice(from).find(test);
      return found !== undefined;
    });
    if (found === undefined) throw new Error("unreachable: until() waits for it");
    return found;
  }

  /** Resolves once `fact` holds; rejects after a deadline. */
  until(fact: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const check = (): void => {
        if (!fact()) return;
        clearTimeout(deadline);
        this.#changed.delete(check);
        resolve();
      };
      const deadline = setTimeout(() => {
        this.#changed.delete(check);
        reject(
          new Error(
            `waited ${DEADLINE_MS} ms in vain; the last messages: ${JSON.stringify(this.messages.slice(-5))}`,
          ),
        );
      }, DEADLINE_MS);
      this.#changed.add(check);
      check();
    });
  }

  writable(fd: number): Writable {
    return this.child.stdio[fd] as Writable;
  }

  kill(): void {
    this.child.kill("SIGKILL");
  }

  #readable(fd: number): Readable {
    return this.child.stdio[fd] as Readable;
  }

  #notify(): void {
    for (const check of this.#changed) check();
  }
}

export interface CellReport {
  ename: string | undefined;
  evalue: string | undefined;
  traceback: string;
  result: unknown;
  stdout: string;
  stderr: string;
  mark: number | undefined;
}
