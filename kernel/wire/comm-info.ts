/** comm_info_request → comm_info_reply: which comms are open. A front end asks after a page reload. */

import type { Conversation } from "./conversation.js";
import { Fields } from "./fields.js";

export interface CommInfoRequest {
  /** Only comms of this target; undefined for all. */
  target: string | undefined;
}

/** comm id → target name. */
export type CommInfoReply = ReadonlyMap<string, string>;

/** Answered from the front's own registry, so also while a cell is busy. */
export const commInfo: Conversation<CommInfoRequest, CommInfoReply> = {
  requestType: "comm_info_request",
  replyType: "comm_info_reply",
  read: (message) => {
    const target = new Fields("comm_info_request", message.content).text("target_name", "");
    return { target: target === "" ? undefined : target };
  },
  write: (comms) => ({
    status: "ok",
    comms: Object.fromEntries([...comms].map(([id, target]) => [id, { target_name: target }])),
  }),
};
