/** shutdown_request → shutdown_reply, on control or shell. */

import type { Conversation } from "./conversation.js";
import { Fields, type JsonObject } from "./fields.js";
import type { Outgoing } from "./message.js";

export interface ShutdownRequest {
  /** A client means to start the kernel again. */
  restart: boolean;
}

/** Sent when everything has been closed, right before the process ends. */
export const shutdown: Conversation<ShutdownRequest, ShutdownRequest> = {
  requestType: "shutdown_request",
  replyType: "shutdown_reply",
  read: (message) => ({ restart: new Fields("shutdown_request", message.content).flag("restart", false) }),
  write,
};

function write({ restart }: ShutdownRequest): JsonObject {
  return { status: "ok", restart };
}

/** The same on iopub, for the clients that did not ask. */
export function shutdownNotice(request: ShutdownRequest): Outgoing {
  return { type: "shutdown_reply", content: write(request) };
}
