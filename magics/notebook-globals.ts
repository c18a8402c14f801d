/** Types of the globals that every cell has besides the kernel's own. Declared globally, for the language service. */

import type * as millrace from "../runtime/index.js";

declare global {
  /** The notebook's SparkContext: RDDs on local worker threads. Made on first use. */
  const sc: millrace.SparkContext;
  /** The notebook's StreamingContext, with batches of one second. Made on first use. */
  const ssc: millrace.StreamingContext;
  /** RDDs on local worker threads: `new SparkContext({ workers: 4 })`. */
  const SparkContext: typeof millrace.SparkContext;
  /** Batches over streams: `new StreamingContext(sc, Seconds(2))`. */
  const StreamingContext: typeof millrace.StreamingContext;
  /** A span of time; most often made by `Seconds(1)`. */
  const Duration: typeof millrace.Duration;
  /** A point in time; batches are named by the time at which they end. */
  const Time: typeof millrace.Time;
  /** `n` milliseconds. */
  const Milliseconds: typeof millrace.Milliseconds;
  /** `n` seconds; fractions down to a millisecond are allowed. */
  const Seconds: typeof millrace.Seconds;
  /** `n` minutes; fractions down to a millisecond are allowed. */
  const Minutes: typeof millrace.Minutes;
}
