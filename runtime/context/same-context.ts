import { StreamError } from "../stream-error.js";
import type { BaseDStream } from "./dstream-base.js";

/**
 * Streams of another context would never have a batch in this one.
 * @throws StreamError RT_CONTEXTS
 */
export function checkSameContext(op: string, context: object, streams: readonly BaseDStream[]): void {
  const stranger = streams.find((stream) => stream.context !== context);
  if (stranger === undefined) return;
  throw new StreamError(
    "RT_CONTEXTS",
    `\`${op}\` takes streams of one StreamingContext, and ${stranger.name} belongs to a different one; make both streams in the same context`,
  );
}
