/**
 * Every error the runtime raises by itself: a sentence with the values, the place and the way out, and a stable code
 * to search for. Codes begin with `RT_`.
 */
export class StreamError extends Error {
  override readonly name = "StreamError";

  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
