/** connect_request → connect_reply: the ports of the channels. Deprecated, still asked by old clients. */

import { CHANNELS, type Connection } from "./connection.js";
import type { Conversation } from "./conversation.js";

/** Answered from the connection file, without its key. */
export const connect: Conversation<void, Connection> = {
  requestType: "connect_request",
  replyType: "connect_reply",
  read: () => undefined,
  write: ({ ports }) => ({
    status: "ok",
    ...Object.fromEntries(CHANNELS.map((channel) => [`${channel}_port`, ports[channel]])),
  }),
};
