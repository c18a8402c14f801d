/** Bytes that are an image → its MIME type. */

import { types } from "node:util";
import type { MimeBundle } from "../port/evaluator.js";

const SIGNATURES: readonly { mime: string; at: number; bytes: readonly number[] }[] = [
  { mime: "image/png", at: 0, bytes: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] },
  { mime: "image/jpeg", at: 0, bytes: [0xff, 0xd8, 0xff] },
  { mime: "image/gif", at: 0, bytes: [0x47, 0x49, 0x46, 0x38] },
  { mime: "image/webp", at: 8, bytes: [0x57, 0x45, 0x42, 0x50] },
];

/** Larger images are shown as bytes, in bytes. */
const MAX_IMAGE_BYTES = 20_000_000;

/** PNG, JPEG, GIF and WebP bytes as a MIME bundle; undefined for all other values and for images above 20 MB. */
export function imageBundle(value: unknown): MimeBundle | undefined {
  if (!types.isUint8Array(value) || value.length > MAX_IMAGE_BYTES) return undefined;
  const mime = SIGNATURES.find(({ at, bytes }) => bytes.every((byte, i) => value[at + i] === byte))?.mime;
  return mime === undefined ? undefined : { [mime]: base64(value) };
}

/** The base64 text of bytes, as MIME bundles hold images. */
export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}
