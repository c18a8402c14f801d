/** Tests of the whole kernel as it is built into dist/, from outside: through the Jupyter protocol only. */

import { fileURLToPath } from "node:url";
import type { FrontEnd } from "./front-end.js";
import { type KernelProcess, type KernelProcessOptions, withKernel } from "./kernel-process.js";

/** Entry of the kernel, as kernel.json starts it. */
export const KERNEL = fileURLToPath(new URL("../../dist/front.js", import.meta.url));

/** {@link withKernel} for the built kernel. */
export function withBuiltKernel(
  test: (client: FrontEnd, kernel: KernelProcess) => Promise<void>,
  options: Partial<KernelProcessOptions> = {},
): Promise<void> {
  return withKernel({ command: [process.execPath, KERNEL], ...options }, test);
}
