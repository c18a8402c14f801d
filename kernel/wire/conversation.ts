/** The shape of every file of this folder: how a message type is read from a client and written to one. */

import type { JsonObject } from "./fields.js";
import type { Incoming } from "./message.js";

/** A request and its reply, each on the channel the request came on. */
export interface Conversation<Request, Reply> {
  requestType: string;
  replyType: string;
  /** @throws MalformedContent when a field is missing or of a wrong type. */
  read(message: Incoming): Request;
  /** The content of the reply. */
  write(reply: Reply): JsonObject;
  /** Metadata of the reply; none when absent. */
  writeMetadata?(reply: Reply): JsonObject;
}

/** A message of a client that has no reply. */
export interface Notice<Content> {
  type: string;
  /** @throws MalformedContent when a field is missing or of a wrong type. */
  read(message: Incoming): Content;
}

/** What the protocol wants of an exception, in replies and on iopub. */
export interface WireError {
  ename: string;
  evalue: string;
  /** Lines for a terminal; ANSI colours allowed. */
  traceback: string[];
}

/** The content every reply has when its request failed. */
export function errorContent(error: WireError): JsonObject {
  return { status: "error", ename: error.ename, evalue: error.evalue, traceback: error.traceback };
}
