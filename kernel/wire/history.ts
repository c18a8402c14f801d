/** history_request → history_reply: inputs (and outputs) of earlier cells. */

import type { HistoryAccess, HistoryEntry } from "../port/front-calls.js";
import type { Conversation } from "./conversation.js";
import { Fields, MalformedContent } from "./fields.js";
import type { Incoming } from "./message.js";

export interface HistoryRequest {
  access: HistoryAccess;
  /** Also the text of the results. */
  output: boolean;
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
