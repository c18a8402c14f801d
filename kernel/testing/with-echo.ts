/** Tests of the front against the toy language, as built into dist/. */

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { FrontEnd } from "./front-end.js";
import { type KernelProcess, type KernelProcessOptions, withKernel } from "./kernel-process.js";

/** Entry of the echo kernel. */
export const ECHO_KERNEL = fileURLToPath(new URL("../../dist/echo-kernel.js", import.meta.url));

/** {@link withKernel} for the echo kernel. */
export function withEcho(
  test: (client: FrontEnd, kernel: KernelProcess) => Promise<void>,
  options: Partial<KernelProcessOptions> = {},
): Promise<void> {
  return withKernel({ command: [process.execPath, ECHO_KERNEL], ...options }, test);
}

/** Runs the echo kernel with these arguments to its end. */
export function runEcho(args: string[]): { status: number | null; stderr: string } {
  const { status, stderr } = spawnSync(process.execPath, [ECHO_KERNEL, ...args], { encoding: "utf8" });
  return { status, stderr };
}
