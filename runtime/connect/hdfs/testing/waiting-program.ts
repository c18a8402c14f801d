/** A program that waits for HDFS: see waiting-program.mjs. */

import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { PATIENT } from "../../testing/in-time.js";

const PROGRAM = fileURLToPath(new URL("./waiting-program.mjs", import.meta.url));

export class WaitingProgram {
  readonly #process: ChildProcessWithoutNullStreams;
  #stdout = "";
  #stderr = "";

  constructor(args: readonly string[]) {
    this.#process = spawn(process.execPath, [PROGRAM, ...args]);
    this.#process.stdout.on("data", (text) => {
      this.#stdout += text;
    });
    this.#process.stderr.on("data", (text) => {
      this.#stderr += text;
    });
  }

  goOn(): void {
    this.#process.stdin.write("\n");
  }

  /** Resolves when it has printed this line. */
  async says(line: string): Promise<void> {
    await expect.poll(() => this.#stdout, { timeout: 200_000, message: this.#stderr }).toContain(`${line}\n`);
  }

  /** Resolves when it has warned of this. */
  async warns(what: RegExp): Promise<void> {
    await expect.poll(() => this.#stderr, PATIENT).toMatch(what);
  }
}
