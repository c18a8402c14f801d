import { windowStream } from "../operators/window.js";
import { type DurationLike, toDuration } from "../time/duration.js";
import type { DStream } from "./dstream.js";
import { Transformations } from "./dstream-transformations.js";
import { ANY, DURATION, FUNCTION } from "./operands.js";
import { Rolling, type RollingWindow } from "./rolling.js";
import { takes } from "./signatures.js";

/** Operations on the batches of the last while. */
export abstract class WindowFunctions<T> extends Transformations<T> {
  /**
   * Every `slide` (default: this stream's own), the records of the last `window`. Partial windows at the start.
   * @throws StreamError RT_WINDOW_NOT_MULTIPLE, RT_SLIDE_NOT_MULTIPLE of this stream's slide
   */
  window(window: DurationLike, slide: DurationLike = this.slideDuration): DStream<T> {
    return this.context.derive(windowStream(this.node, toDuration(window).ms, toDuration(slide).ms));
  }

  /**
   * Every `slide` (default: this stream's own), the records of the last `window` merged into one by an associative and
   * commutative `f`; none where the window is empty.
   * @throws StreamError RT_WINDOW_NOT_MULTIPLE, RT_SLIDE_NOT_MULTIPLE
   */
  reduceByWindow(f: (a: T, b: T) => T, window: DurationLike, slide?: DurationLike): DStream<T>;
  /** The same with `inverse`, which takes a value out again; see {@link DStream.reduceByKeyAndWindow}. */
  reduceByWindow(
    f: (a: T, b: T) => T,
    inverse: (a: T, b: T) => T,
    window: DurationLike,
    slide?: DurationLike,
  ): DStream<T>;
  reduceByWindow(f: (a: T, b: T) => T, ...rest: unknown[]): DStream<T> {
    const pairs = this.narrow<[null, T]>("underNull");
    if (typeof rest[0] !== "function") {
      const [window, slide = this.slideDuration] = rest as [DurationLike, DurationLike?];
      return pairs.reduceByKeyAndWindow(f, window, slide, 1).values();
    }
    const [inverse, window, slide = this.slideDuration] = rest as [
      (a: T, b: T) => T,
      DurationLike,
      DurationLike?,
    ];
    return pairs.reduceByKeyAndWindow(f, inverse, window, slide, 1).values();
  }

  /**
   * Every `slide` (default: this stream's own), one record: the number of records in the last `window`. None before the
   * first record, as in Spark.
   * @throws StreamError RT_WINDOW_NOT_MULTIPLE, RT_SLIDE_NOT_MULTIPLE
   */
  countByWindow(window: DurationLike, slide: DurationLike = this.slideDuration): DStream<number> {
    return (this as unknown as DStream<T>).map(() => 1).reduceByWindow(add, subtract, window, slide);
  }

  /**
   * For each record, what a function makes of the last records, this one included: `rolling(20).mean()`, or of those of the
   * batches of the last while, `rolling("10 seconds").max()`. All records go through one partition, in their order.
   * @throws StreamError RT_ROLLING, RT_DURATION
   */
  rolling(window: RollingWindow): Rolling<never, T> {
    const pairs = this.narrow<[null, T]>("underNull");
    return new Rolling(window, (params) => pairs.rolled<null, unknown>(params, 1).values());
  }

  /**
   * Every `slide` (default: this stream's own), each value in the last `window` with the number of records equal to it.
   * @throws StreamError RT_WINDOW_NOT_MULTIPLE, RT_SLIDE_NOT_MULTIPLE, RT_PARTITIONS
   */
  countByValueAndWindow(
    window: DurationLike,
    slide: DurationLike = this.slideDuration,
    numPartitions = this.parallelism(),
  ): DStream<[T, number]> {
    return (this as unknown as DStream<T>)
      .countByValue(numPartitions)
      .reduceByKeyAndWindow(add, subtract, window, slide, numPartitions, ([, n]) => n !== 0);
  }
}

takes(WindowFunctions.prototype, {
  reduceByWindow: [
    { f: FUNCTION, window: DURATION },
    { f: FUNCTION, inverse: FUNCTION, window: ANY },
  ],
});

const add = (a: number, b: number) => a + b;
const subtract = (a: number, b: number) => a - b;
