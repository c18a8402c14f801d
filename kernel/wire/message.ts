/** Messages as the kernel handles them, and the way from and to the frames of the wire. */

import { isObject, type JsonObject } from "./fields.js";
import { type Frames, joinFrames, type SignedParts, splitFrames } from "./frames.js";
import type { Refusal, Signature } from "./signature.js";

/** The version of the Jupyter messaging protocol that this kernel speaks. */
export const PROTOCOL_VERSION = "5.5";

/** What a message answers: its header goes out again as `parent_header`, as the very text that came in. */
export interface Parent {
  /** msg_id */
  id: string;
  headerJson: string;
}

/** A message that came in: frames cut, signature checked, JSON read. */
export interface Incoming extends Parent {
  /** msg_type */
  type: string;
  /** Session of the client. */
  session: string;
  /** Routing ids: where the reply goes. */
  identities: Buffer[];
  /** msg_id of what this message answers, undefined when it answers nothing. */
  parentId: string | undefined;
  metadata: JsonObject;
  content: JsonObject;
  buffers: Buffer[];
}

/** A message to be sent. */
export interface Outgoing {
  /** msg_type */
  type: string;
  /** msg_id, from {@link Codec.newId}, when the sender has to recognise an answer to it. */
  id?: string;
  content: JsonObject;
  metadata?: JsonObject;
  buffers?: readonly Uint8Array[];
}

/** Why frames were dropped. */
export type Drop = Refusal | "malformed";

export interface CodecOptions {
  signature: Signature;
  /** Session id in the headers of messages sent. */
  session: string;
  username: string;
  /** Milliseconds since 1970, for the headers' dates. */
  now(): number;
}

/** Frames ⇄ messages for one connection. */
export class Codec {
  readonly #options: CodecOptions;
  #sent = 0;

  constructor(options: CodecOptions) {
    this.#options = options;
  }

  /** A message, or the reason why the frames must be dropped. Never throws, whatever the bytes. */
  decode(parts: readonly Buffer[]): Incoming | Drop {
    const frames = splitFrames(parts);
    if (frames === undefined) return "malformed";
    return (
      this.#options.signature.check(frames.signature, frames.signed) ?? readMessage(frames) ?? "malformed"
    );
  }

  /** Frames of a message; `parent` undefined for one that answers nothing. */
  encode(identities: Buffer[], parent: Parent | undefined, message: Outgoing): Buffer[] {
    const signed: SignedParts = [
      toJson(this.#header(message)),
      Buffer.from(parent?.headerJson ?? "{}"),
      toJson(message.metadata ?? {}),
      toJson(message.content),
    ];
    const buffers = (message.buffers ?? []).map((b) => Buffer.from(b.buffer, b.byteOffset, b.byteLength));
    return joinFrames({ identities, signature: this.#options.signature.sign(signed), signed, buffers });
  }

  /** A msg_id that was not used before. */
  newId(): string {
    this.#sent += 1;
    return `${this.#options.session}_${this.#sent}`;
  }

  #header({ id, type }: Outgoing): JsonObject {
    const { session, username, now } = this.#options;
    return {
      msg_id: id ?? this.newId(),
      msg_type: type,
      session,
      username,
      date: new Date(now()).toISOString(),
      version: PROTOCOL_VERSION,
    };
  }
}

/**
 * JSON in UTF-8. `JSON.stringify` writes half a surrogate pair as an escape, which Python clients read and then cannot
 * encode: it becomes U+FFFD.
 */
function toJson(value: JsonObject): Buffer {
  const json = JSON.stringify(value);
  const clean = json.includes("\\ud") ? json.replace(LONE_SURROGATE, "$1\\ufffd") : json;
  return Buffer.from(clean);
}

const LONE_SURROGATE = /(?<!\\)((?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/g;

function readMessage(frames: Frames): Incoming | undefined {
  const [headerJson, parentJson, metadataJson, contentJson] = frames.signed.map((part) =>
    part.toString("utf8"),
  );
  const [header, parent, metadata, content] = [headerJson, parentJson, metadataJson, contentJson].map(
    parseObject,
  );
  if (!(headerJson && header && parent && metadata && content)) return undefined;
  if (typeof header.msg_id !== "string" || typeof header.msg_type !== "string") return undefined;
  return {
    id: header.msg_id,
    type: header.msg_type,
    session: typeof header.session === "string" ? header.session : "",
    headerJson,
    identities: frames.identities,
    parentId: typeof parent.msg_id === "string" ? parent.msg_id : undefined,
    metadata,
    content,
    buffers: frames.buffers,
  };
}

/** Undefined for text that is not a JSON object. */
function parseObject(json: string | undefined): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(json ?? "");
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
