/** input_request → input_reply, on stdin: the one conversation that the kernel begins. */

import type { Notice } from "./conversation.js";
import type { Outgoing } from "./message.js";

/** Asks the person at the client for a line of text; `password` hides what is typed. */
export function inputRequest(prompt: string, password: boolean): Outgoing {
  return { type: "input_request", content: { prompt, password } };
}

/** What the person typed, without a line end; undefined when it is no string. No error quotes it: it may be a password. */
export const inputReply: Notice<{ value: string | undefined }> = {
  type: "input_reply",
  read: ({ content: { value } }) => ({ value: typeof value === "string" ? value : undefined }),
};
