import { StreamError } from "../stream-error.js";

/** How many promises of one task are waited for at a time, unless the program says otherwise. */
export const DEFAULT_CONCURRENCY = 16;

/** What is said of a `mapAsync`. */
export interface MapAsyncOptions {
  /** How many calls of each task are under way at a time; default 16. */
  concurrency?: number;
}

/** @throws StreamError RT_CONCURRENCY when it is not a whole number of at least 1 */
export function mapAsyncParams({ concurrency = DEFAULT_CONCURRENCY }: MapAsyncOptions): {
  concurrency: number;
} {
  if (Number.isInteger(concurrency) && concurrency >= 1) return { concurrency };
  throw new StreamError("RT_CONCURRENCY", `concurrency is a whole number of at least 1, not ${concurrency}`);
}
