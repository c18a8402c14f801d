/** Bytes that are an image → its MIME type. */

import { types } from "node:util";
import type { MimeBundle } from "../port/evaluator.js";
import { bytesOf } from "./bytes.js";

const SIGNATURES: readonly { mime: string; at: number; bytes: readonly number[] }[] = [
  { mime: "image/png", at: 0, bytes: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] },
  { mime: "image/jpeg", at: 0, bytes: [0xff, 0xd8, 0xff] },
  { mime: "image/gif", at: 0, bytes: [0x47, 0x49, 0x46, 0x38] },
  { mime: "image/webp", at: 8, bytes: [0x57, 0x45, 0x42, 0x50] },
];

/** Larger images are shown as bytes, in bytes. */
const MAX_IMAGE_BYTES = 20_000_000;
/** An SVG begins with its tag, after a declaration, a document type or comments. */
const SVG = /^\ufeff?\s*(?:<\?xml[^>]*\?>\s*|<!--[\s\S]*?-->\s*|<!DOCTYPE[^>]*>\s*)*<svg[\s>]/i;
/** Bytes searched for that tag. */
const SVG_HEAD_BYTES = 1_000;

/** Bytes of a PNG, JPEG, GIF, WebP or SVG as a MIME bundle; undefined for all other values and for images above 20 MB. */
export function imageBundle(value: unknown): MimeBundle | undefined {
  const bytes = types.isUint8Array(value) || types.isAnyArrayBuffer(value) ? bytesOf(value) : undefined;
  if (bytes === undefined || bytes.length > MAX_IMAGE_BYTES) return undefined;
  const mime = SIGNATURES.find(({ at, bytes: signature }) =>
    signature.every((b, i) => bytes[at + i] === b),
  )?.mime;
  if (mime !== undefined) return { [mime]: base64(bytes) };
  return isSvg(bytes) ? { "image/svg+xml": textOf(bytes) } : undefined;
}

/** The base64 text of bytes, as MIME bundles hold images. */
export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

function isSvg(bytes: Uint8Array): boolean {
  return SVG.test(textOf(bytes.subarray(0, SVG_HEAD_BYTES)));
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
}
