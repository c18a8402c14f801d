/** status and iopub_welcome, on iopub: whether the kernel works on a request, and that a subscription holds. */

import type { Outgoing } from "./message.js";

export type ExecutionState = "starting" | "busy" | "idle";

/** `busy` is the first and `idle` the last message of every request. */
export function status(state: ExecutionState): Outgoing {
  return { type: "status", content: { execution_state: state } };
}

/** Tells a subscriber that nothing published from now on is missed (JEP 65). `subscription` is its topic. */
export function iopubWelcome(subscription: string): Outgoing {
  return { type: "iopub_welcome", content: { subscription } };
}
