/** input_request → input_reply, on stdin: the one conversation that the kernel begins. */

import type { Notice } from "./conversation.js";
import { Fields } from "./fields.js";
import type { Outgoing } from "./message.js";

/** Asks the person at the client for a line of text; `password` hides what is typed. */
export function inputRequest(prompt: string, password: boolean): Outgoing {
  return { type: "input_request", content: { prompt, password } };
}

/** What the person typed, without a line end. */
export const inputReply: Notice<{ value: string }> = {
  type: "input_reply",
  read: (message) => ({ value: new Fields("input_reply", message.content).text("value") }),
};
