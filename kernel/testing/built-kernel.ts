/** Tests of the whole kernel as it is built into dist/, from outside: through the Jupyter protocol only. */

import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeEach } from "vitest";
import type { FrontEnd } from "./front-end.js";
import { KernelProcess, type KernelProcessOptions, withKernel } from "./kernel-process.js";

/** Entry of the kernel, as kernel.json starts it. */
const KERNEL = fileURLToPath(new URL("../../dist/front.js", import.meta.url));

/** {@link withKernel} for the built kernel. */
export function withBuiltKernel(
  test: (client: FrontEnd, kernel: KernelProcess) => Promise<void>,
  options: Partial<KernelProcessOptions> = {},
): Promise<void> {
  return withKernel({ command: [process.execPath, KERNEL], ...options }, test);
}

/**
 * One kernel for the tests of a `describe`, where none of them leaves anything that the next one would meet. Each must
 * take all its messages; after one that failed there is another kernel.
 */
export function sharedKernel(): { readonly client: FrontEnd } {
  let kernel: KernelProcess | undefined;
  let client: FrontEnd | undefined;
  const end = async () => {
    await kernel?.dispose();
    kernel = undefined;
  };
  beforeEach(async () => {
    if (kernel !== undefined) return;
    kernel = await KernelProcess.start({ command: [process.execPath, KERNEL] });
    client = await kernel.connect();
  });
  afterEach(async ({ task }) => {
    try {
      kernel?.assertNothingLeft();
    } catch (error) {
      await end();
      throw error;
    }
    if (task.result?.state === "fail") await end();
  });
  afterAll(end);
  return {
    get client() {
      if (client === undefined) throw new Error("the kernel is there in tests, not before");
      return client;
    },
  };
}
