/** Binary values of every kind as bytes, uncopied. */

import { types } from "node:util";

/** The bytes of a typed array, DataView or (shared) ArrayBuffer; undefined for all other values, proxies included. */
export function bytesOf(value: unknown): Uint8Array | undefined {
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  return types.isAnyArrayBuffer(value) ? new Uint8Array(value) : undefined;
}
