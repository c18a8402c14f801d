/** complete_request → complete_reply. Cursor positions are code points on the wire, UTF-16 offsets in here. */

import { toCodePoints, toUtf16 } from "./code-points.js";
import type { Conversation } from "./conversation.js";
import { Fields } from "./fields.js";

export interface CompleteRequest {
  code: string;
  /** UTF-16 offset. */
  cursor: number;
}

export interface CompleteReply {
  /** The code of the request, needed to count code points. */
  code: string;
  matches: readonly { text: string; type: string; signature: string }[];
  /** UTF-16 offsets of what a match replaces. */
  start: number;
  end: number;
}

/** Types and signatures travel in `_jupyter_types_experimental`, as JupyterLab reads them. */
export const complete: Conversation<CompleteRequest, CompleteReply> = {
  requestType: "complete_request",
  replyType: "complete_reply",
  read: (message) => {
    const fields = new Fields("complete_request", message.content);
    const code = fields.text("code");
    return { code, cursor: toUtf16(code, fields.integer("cursor_pos", code.length)) };
  },
  write: ({ code, matches, start, end }) => {
    const cursor_start = toCodePoints(code, start);
    const cursor_end = toCodePoints(code, end);
    const types = matches.map((match) => ({ ...match, start: cursor_start, end: cursor_end }));
    return {
      status: "ok",
      matches: matches.map((match) => match.text),
      cursor_start,
      cursor_end,
      metadata: { _jupyter_types_experimental: types },
    };
  },
};
