/** The end of the process that started the kernel. */

const EVERY_MS = 1_000;

/**
 * Calls `orphaned` once when the parent has ended. A Jupyter server that is killed cannot shut its kernels down; it
 * names itself in JPY_PARENT_PID. Without that variable, or with another process in between, nothing is watched.
 */
export function watchParent(environment: NodeJS.ProcessEnv, orphaned: () => void): void {
  const parent = process.ppid;
  if (environment.JPY_PARENT_PID !== String(parent)) return;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    orphaned();
  }, EVERY_MS).unref();
}
