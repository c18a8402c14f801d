/** The end of the process that started the kernel. */

const EVERY_MS = 1_000;
/** Who has no parent any more is its child, but for sessions of systemd, whose own manager takes their orphans. */
const INIT = 1;

/**
 * Calls `orphaned` once when the parent has ended, also before this call: a kernel takes seconds to start on a busy machine. A Jupyter
 * server that is killed cannot shut its kernels down; it names itself in JPY_PARENT_PID. Without that variable nothing is watched, and with
 * another process in between only whether that has ended.
 */
export function watchParent(environment: NodeJS.ProcessEnv, orphaned: () => void): void {
  const named = Number(environment.JPY_PARENT_PID);
  // A server that is the first process of its container does not end without it.
  if (!(named > INIT)) return;
  const isChild = process.ppid === named;
  const timer = setInterval(() => {
    if (isChild ? process.ppid === named : process.ppid !== INIT) return;
    clearInterval(timer);
    orphaned();
  }, EVERY_MS).unref();
}
