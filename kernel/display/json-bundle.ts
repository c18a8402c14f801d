/** MIME bundles that come from users: they must survive JSON before they may enter a message. */

import type { MimeBundle } from "../port/evaluator.js";
import { bytesOf } from "./bytes.js";
import { isPlainObject } from "./data-property.js";
import { base64 } from "./image.js";

/**
 * The bundle with bytes as base64 text and entries that are undefined left out.
 * @throws TypeError when it is no plain object, or an entry is not JSON (circular, bigint)
 */
export function checkedBundle(bundle: unknown): MimeBundle {
  if (!isPlainObject(bundle)) {
    throw new TypeError(
      `a MIME bundle is an object such as {"text/html": "<b>hi</b>"}, not ${typeof bundle}`,
    );
  }
  const entries = Object.entries(bundle).flatMap(([mime, value]): [string, unknown][] => {
    if (value === undefined) return [];
    const bytes = bytesOf(value);
    return [[mime, bytes === undefined ? json(mime, value) : base64(bytes)]];
  });
  return Object.fromEntries(entries);
}

function json(mime: string, value: unknown): unknown {
  if (typeof value === "string") return value;
  try {
    const text = JSON.stringify(value);
    if (text !== undefined) return JSON.parse(text);
  } catch (error) {
    throw new TypeError(
      `the ${mime} of a MIME bundle is not JSON: ${error instanceof Error ? error.message : error}`,
    );
  }
  throw new TypeError(`the ${mime} of a MIME bundle is a ${typeof value}, which is not JSON`);
}
