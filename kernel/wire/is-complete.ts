/** is_complete_request → is_complete_reply: a console asks whether Enter runs the code or starts a new line. */

import type { Conversation } from "./conversation.js";
import { Fields } from "./fields.js";

export interface IsCompleteRequest {
  code: string;
}

export type IsCompleteReply =
  | { status: "complete" | "invalid" | "unknown" }
  /** `indent`: what the next line starts with. */
  | { status: "incomplete"; indent: string };

/** `unknown` leaves the decision to the console. */
export const isComplete: Conversation<IsCompleteRequest, IsCompleteReply> = {
  requestType: "is_complete_request",
  replyType: "is_complete_reply",
  read: (message) => ({ code: new Fields("is_complete_request", message.content).text("code") }),
  write: (reply) => ({ ...reply }),
};
