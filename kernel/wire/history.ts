/** history_request → history_reply: inputs (and outputs) of earlier cells. */

import type { Conversation } from "./conversation.js";
import { Fields, MalformedContent } from "./fields.js";
import type { Incoming } from "./message.js";

/** Which entries are asked for. Session numbers: 1, 2, … absolute; 0 this one; −1 the one before. */
export type HistoryAccess =
  /** The last `n`. */
  | { type: "tail"; n: number }
  /** Lines `start` ≤ line < `stop` of a session; without `stop`, to its end. */
  | { type: "range"; session: number; start: number; stop: number | undefined }
  /** The last `n` inputs that match the glob `pattern` (all without `n`); `unique`: equal inputs once. */
  | { type: "search"; pattern: string; n: number | undefined; unique: boolean };

export interface HistoryRequest {
  access: HistoryAccess;
  /** Also the text of the results. */
  output: boolean;
}

export interface HistoryEntry {
  session: number;
  /** `In[line]`. */
  line: number;
  input: string;
  /** Plain text of the cell's result, undefined when it had none. */
  output: string | undefined;
}

/** Oldest entry first. */
export const history: Conversation<HistoryRequest, { entries: readonly HistoryEntry[]; output: boolean }> = {
  requestType: "history_request",
  replyType: "history_reply",
  read: (message) => ({
    access: readAccess(message),
    output: new Fields("history_request", message.content).flag("output", false),
  }),
  write: ({ entries, output }) => ({
    status: "ok",
    history: entries.map((entry) => [
      entry.session,
      entry.line,
      output ? [entry.input, entry.output ?? null] : entry.input,
    ]),
  }),
};

function readAccess(message: Incoming): HistoryAccess {
  const fields = new Fields("history_request", message.content);
  const given = (name: string) => (message.content[name] == null ? undefined : fields.integer(name, 0));
  const type = fields.text("hist_access_type");
  switch (type) {
    case "tail":
      return { type, n: fields.integer("n", 10) };
    case "range":
      return {
        type,
        session: fields.integer("session", 0),
        start: fields.integer("start", 1),
        stop: given("stop"),
      };
    case "search":
      return {
        type,
        pattern: fields.text("pattern", "*"),
        n: given("n"),
        unique: fields.flag("unique", false),
      };
    default:
      throw new MalformedContent(
        `history_request: \`hist_access_type\` must be tail, range or search and is "${type}"`,
      );
  }
}
