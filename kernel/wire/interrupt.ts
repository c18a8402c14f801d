/** interrupt_request → interrupt_reply, on control (`interrupt_mode: message`). */

import type { Conversation } from "./conversation.js";

/** The reply says that the interrupt is under way; the cell's own reply says how it ended. */
export const interrupt: Conversation<void, void> = {
  requestType: "interrupt_request",
  replyType: "interrupt_reply",
  read: () => undefined,
  write: () => ({ status: "ok" }),
};
