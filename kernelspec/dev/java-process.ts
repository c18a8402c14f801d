/** A server that runs on Java, as a child of this process. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";

/** One that does not end when it is asked to is ended. */
const STOP_MS = 30_000;

export class JavaProcess {
  readonly #process: ChildProcess;
  readonly #ended: Promise<unknown>;

  /**
   * @param java path of the program
   * @param args of it
   * @param log file that gets what it prints
   */
  constructor(
    java: string,
    args: readonly string[],
    readonly log: string,
  ) {
    const output = openSync(log, "a");
    this.#process = spawn(java, args, { stdio: ["ignore", output, output] });
    closeSync(output);
    this.#ended = once(this.#process, "exit");
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  get isRunning(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** It stands still, with its connections open, as one does that the machine has no time for. */
  pause(): void {
    this.#process.kill("SIGSTOP");
  }

  /** After {@link pause}: it goes on where it was. */
  resume(): void {
    this.#process.kill("SIGCONT");
  }

  /** Resolves when it has ended. */
  async end(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    if (!this.isRunning) return;
    this.#process.kill(signal);
    this.resume();
    const late = setTimeout(() => this.#process.kill("SIGKILL"), STOP_MS);
    await this.#ended;
    clearTimeout(late);
  }

  /** The line of its log that tells best why it failed. */
  reason(): string {
    const lines = readFileSync(this.log, "utf8")
      .split("\n")
      .filter((line) => line.trim() !== "");
    const telling = lines.findLast((line) => / (ERROR|FATAL) |Exception/.test(line));
    return telling ?? lines.at(-1) ?? "it printed nothing";
  }
}
