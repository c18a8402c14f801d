import { StreamError } from "../stream-error.js";

/** A copy of what an aggregation begins with. @throws StreamError RT_ZERO when the value cannot go to the task threads */
export function zeroValue(zero: unknown): unknown {
  try {
    return structuredClone(zero);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new StreamError(
      "RT_ZERO",
      `the zero value cannot be copied to the task threads (${why}); use plain data`,
    );
  }
}
