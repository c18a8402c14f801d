/** comm_open, comm_msg, comm_close, in both directions: a channel between a front end's code and the kernel's. */

import type { Notice } from "./conversation.js";
import { Fields, type JsonObject } from "./fields.js";
import type { Incoming, Outgoing } from "./message.js";

export interface CommMessage {
  /** comm_id */
  comm: string;
  data: unknown;
  metadata: JsonObject;
  buffers: readonly Uint8Array[];
}

export interface CommOpen extends CommMessage {
  /** target_name */
  target: string;
}

/** A client opens a comm; a kernel without such a target answers comm_close. */
export const commOpen: Notice<CommOpen> = {
  type: "comm_open",
  read: (message) => ({
    ...read(message),
    target: new Fields("comm_open", message.content).text("target_name"),
  }),
};

/** One message over an open comm. */
export const commMsg: Notice<CommMessage> = { type: "comm_msg", read };

/** A client closes a comm. */
export const commClose: Notice<CommMessage> = { type: "comm_close", read };

/** The comm a message is about, undefined when it names none. */
export function commOf({ content }: Incoming): string | undefined {
  return typeof content.comm_id === "string" ? content.comm_id : undefined;
}

/** The target that a comm_open names; undefined when it names none. */
export function targetOf({ content }: Incoming): string | undefined {
  return typeof content.target_name === "string" ? content.target_name : undefined;
}

function read(message: Incoming): CommMessage {
  return {
    comm: new Fields(message.type, message.content).text("comm_id"),
    data: message.content.data ?? {},
    metadata: message.metadata,
    buffers: message.buffers,
  };
}

/** The kernel's own comm messages, published on iopub. `target` is needed for `open` only. */
export function commOutput(
  event: "open" | "msg" | "close",
  message: CommMessage & { target?: string },
): Outgoing {
  const target = event === "open" ? { target_name: message.target ?? "" } : {};
  return {
    type: `comm_${event}`,
    content: { comm_id: message.comm, ...target, data: message.data },
    metadata: message.metadata,
    buffers: message.buffers,
  };
}
