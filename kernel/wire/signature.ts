/** HMAC signatures of messages, and the memory of those already seen. */

import { createHmac, createSecretKey, getHashes, type KeyObject, timingSafeEqual } from "node:crypto";
import type { SignedParts } from "./frames.js";

/** How many signatures are remembered to refuse a replay; as jupyter_client does. */
const REMEMBERED_SIGNATURES = 65_536;

/** Why a message was not accepted. */
export type Refusal = "badSignature" | "replayed";

/** Signs and checks the messages of one connection. An empty key means that nothing is signed or checked. */
export class Signature {
  /** Undefined for an empty one. As an object: a text would be made one for every message. */
  readonly #key: KeyObject | undefined;
  readonly #digest: string;
  readonly #seen = new Set<string>();
  readonly #remembered: number;

  /**
   * `scheme` is that of the connection file: `hmac-` and the name of a digest, normally `hmac-sha256`.
   * @throws Error when this Node has no such digest.
   */
  constructor(key: string, scheme: string, remembered = REMEMBERED_SIGNATURES) {
    this.#key = key === "" ? undefined : createSecretKey(key, "utf8");
    this.#digest = scheme.replace(/^hmac-/, "");
    this.#remembered = remembered;
    if (!scheme.startsWith("hmac-") || !getHashes().includes(this.#digest)) {
      throw new Error(`signature scheme "${scheme}" is not supported; use "hmac-sha256"`);
    }
  }

  /** Hexadecimal text, empty without a key. */
  sign(parts: SignedParts): Buffer {
    if (this.#key === undefined) return Buffer.alloc(0);
    const hmac = createHmac(this.#digest, this.#key);
    for (const part of parts) hmac.update(part);
    return Buffer.from(hmac.digest("hex"));
  }

  /** Undefined when the message is good; it is then remembered, and refused when it comes again. */
  check(signature: Buffer, parts: SignedParts): Refusal | undefined {
    if (this.#key === undefined) return undefined;
    const expected = this.sign(parts);
    if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) return "badSignature";
    return this.#remember(expected.toString("latin1")) ? undefined : "replayed";
  }

  /** False when it was seen before. The oldest are forgotten, so that memory stays bounded. */
  #remember(signature: string): boolean {
    if (this.#seen.has(signature)) return false;
    this.#seen.add(signature);
    if (this.#seen.size > this.#remembered) {
      for (const oldest of this.#seen) {
        this.#seen.delete(oldest);
        break;
      }
    }
    return true;
  }
}
