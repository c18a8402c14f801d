/** The evaluator and all that its cells have started, as one group of processes. Windows has none: there it is one process. */

/** Option of `spawn` that makes the child the leader of a group of its own. */
export const LEADER = { detached: process.platform !== "win32" };

/** Ends all processes of the group, whether the leader is still there or not. None may be left. */
export function killGroup(leader: number): void {
  try {
    process.kill(LEADER.detached ? -leader : leader, "SIGKILL");
  } catch (error) {
    if (!isEmpty(error)) throw error;
  }
}

/** macOS says EPERM when all have ended and wait to be reaped. */
function isEmpty(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ESRCH" || error.code === "EPERM");
}
