/** What the browser showed when a test failed. */

import { join } from "node:path";
import type { TestContext } from "vitest";
import { packageRoot } from "../../kernelspec/package-root.js";
import type { TestLab } from "./jupyterlab.js";

/** An `afterEach`: saves a picture of every page as `test-results/<test> <n>.png` when the test failed. */
export async function pictureFailure({ task }: TestContext, lab: TestLab): Promise<void> {
  if (task.result?.state !== "fail") return;
  const name = task.name.replace(/\W+/g, "-");
  for (const [index, page] of lab.pages().entries()) {
    await page.screenshot({ path: join(packageRoot, "test-results", `${name}-${index}.png`) });
  }
}
