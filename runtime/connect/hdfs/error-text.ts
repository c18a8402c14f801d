import { StreamError } from "../../stream-error.js";

/** An error on its way to another thread. */
export interface ErrorText {
  code: string;
  message: string;
}

export function toErrorText(error: unknown): ErrorText {
  const message = error instanceof Error ? error.message : String(error);
  return { code: error instanceof StreamError ? error.code : "RT_HDFS", message };
}

export function fromErrorText({ code, message }: ErrorText): StreamError {
  return new StreamError(code, message);
}
