/** Types of the globals that every cell has besides the kernel's own. Declared globally, for the language service. */

import type * as millrace from "../runtime/index.js";

declare global {
  /** The notebook's SparkContext: RDDs on local worker threads. Made on first use. */
  const sc: millrace.SparkContext;
  /** The notebook's StreamingContext, with batches of one second. Made on first use. */
  const ssc: millrace.StreamingContext;
  const SparkContext: typeof millrace.SparkContext;
  const StreamingContext: typeof millrace.StreamingContext;
  const Duration: typeof millrace.Duration;
  const Time: typeof millrace.Time;
  const Milliseconds: typeof millrace.Milliseconds;
  const Seconds: typeof millrace.Seconds;
  const Minutes: typeof millrace.Minutes;
}
