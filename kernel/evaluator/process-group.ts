/** The end of an evaluator that has lost its front, with all the processes its cells have started. */

import { signalEach } from "./process-tree.js";

/**
 * Ends the group that this process leads, itself included: the front starts it as the leader of one. Without effect in a
 * process that leads none, and on systems without groups.
 */
export function endOwnProcessGroup(): void {
  if (process.platform !== "win32") signalEach([-process.pid], "SIGKILL");
}
