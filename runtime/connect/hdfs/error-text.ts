import { Away, awayOf } from "../../pool/away.js";
import { StreamError } from "../../stream-error.js";

/** An error on its way to another thread. */
export interface ErrorText {
  code: string;
  message: string;
  /** Of what is away. */
  patienceMs?: number;
}

export function toErrorText(error: unknown): ErrorText {
  const message = error instanceof Error ? error.message : String(error);
  const away = awayOf(error);
  const code = error instanceof StreamError ? error.code : "RT_HDFS";
  return { code, message, ...(away && { patienceMs: away.patienceMs }) };
}

export function fromErrorText({ code, message, patienceMs }: ErrorText): StreamError {
  return patienceMs === undefined ? new StreamError(code, message) : new Away(code, message, patienceMs);
}
