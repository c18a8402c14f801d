/** inspect_request → inspect_reply: what is under the cursor. */

import { toUtf16 } from "./code-points.js";
import type { Conversation } from "./conversation.js";
import { Fields } from "./fields.js";

export interface InspectRequest {
  code: string;
  /** UTF-16 offset. */
  cursor: number;
  /** 1 asks for more than 0. */
  detail: 0 | 1;
}

export interface InspectReply {
  found: boolean;
  /** Both empty when not found. */
  markdown: string;
  text: string;
}

/** Shown by front ends on Shift+Tab. */
export const inspect: Conversation<InspectRequest, InspectReply> = {
  requestType: "inspect_request",
  replyType: "inspect_reply",
  read: (message) => {
    const fields = new Fields("inspect_request", message.content);
    const code = fields.text("code");
    const cursor = toUtf16(code, fields.integer("cursor_pos", code.length));
    return { code, cursor, detail: fields.integer("detail_level", 0) > 0 ? 1 : 0 };
  },
  write: ({ found, markdown, text }) => ({
    status: "ok",
    found,
    data: found ? { "text/markdown": markdown, "text/plain": text } : {},
    metadata: {},
  }),
};
