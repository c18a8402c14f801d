/**
 * A ZMQ multipart message as the protocol lays it out:
 *
 *   identity… | <IDS|MSG> | signature | header | parent_header | metadata | content | buffer…
 *
 * @see https://jupyter-client.readthedocs.io/en/stable/messaging.html#the-wire-protocol
 */

const DELIMITER = Buffer.from("<IDS|MSG>");
const SIGNED_PARTS = 4;

/** The parts between signature and buffers, in the order in which they are signed. */
export type SignedParts = readonly [header: Buffer, parent: Buffer, metadata: Buffer, content: Buffer];

export interface Frames {
  /** Routing ids put there by ROUTER sockets (or the topic, on iopub); may be empty. */
  identities: Buffer[];
  /** Hexadecimal text; empty when the connection has no key. */
  signature: Buffer;
  signed: SignedParts;
  buffers: Buffer[];
}

/** Cuts a multipart message; undefined when it is not one of the protocol. */
export function splitFrames(parts: readonly Buffer[]): Frames | undefined {
  const delimiter = parts.findIndex((part) => part.equals(DELIMITER));
  if (delimiter < 0) return undefined;
  const [signature, header, parent, metadata, content] = parts.slice(delimiter + 1);
  if (!(signature && header && parent && metadata && content)) return undefined;
  return {
    identities: parts.slice(0, delimiter),
    signature,
    signed: [header, parent, metadata, content],
    buffers: parts.slice(delimiter + 2 + SIGNED_PARTS),
  };
}

/** The inverse of {@link splitFrames}. */
export function joinFrames(frames: Frames): Buffer[] {
  return [...frames.identities, DELIMITER, frames.signature, ...frames.signed, ...frames.buffers];
}
