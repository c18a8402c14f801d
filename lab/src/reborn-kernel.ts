/** A kernel that died and that its server has started again. */

import type { Kernel } from "@jupyterlab/services";

export const ASK_INTERVAL_MS = 1_000;

/**
 * Calls `then` when the new process answers; never when it does not. JupyterLab asks it once, before its server may be connected to
 * it, and takes no answer to that for a sign of life: it would call the kernel unknown until a cell is run.
 * @returns gives up
 */
export function whenItAnswers(kernel: Kernel.IKernelConnection, then: () => void): () => void {
  const giveUp = (): void => clearInterval(timer);
  const answered = (): void => {
    giveUp();
    then();
  };
  // A question that the next connection takes away is asked again.
  const unanswered = (): void => undefined;
  const timer = setInterval(() => {
    if (kernel.isDisposed) giveUp();
    else if (kernel.connectionStatus === "connected") kernel.requestKernelInfo().then(answered, unanswered);
  }, ASK_INTERVAL_MS);
  return giveUp;
}
