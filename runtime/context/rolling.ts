import type { RollingCall, RollingName } from "../rows/rolling.js";
import { StreamError } from "../stream-error.js";
import { type Duration, type DurationLike, toDuration } from "../time/duration.js";
import type { DStream } from "./dstream.js";
import { NUMBER, OPTIONS, optional } from "./operands.js";
import { takes } from "./signatures.js";

/** The last `n` records, or the records of the batches of the last while: a {@link Duration} or a text such as "10 seconds". */
export type RollingWindow = number | Duration | string;

/** A record of a rolling stream: the result, or of a stream of pairs the key with it. */
export type RollingRow<K, R> = [K] extends [never] ? R : [K, R];

/** Functions by name for {@link Rolling.agg}: a name, or a name with its argument. */
export type RollingSpec = Record<string, RollingName | [name: RollingName, argument: number]>;

/** What each function of a {@link RollingSpec} gives. */
export type RollingResults<S extends RollingSpec, V> = {
  [N in keyof S]: S[N] extends infer C ? ResultOf<C extends [infer Name, number] ? Name : C, V> : never;
};

/** What one function gives of values of this type. */
export type ResultOf<Name, V> = Name extends "first" | "last"
  ? V
  : Name extends "lag"
    ? V | undefined
    : Name extends "diff" | "sampleStdev"
      ? number | undefined
      : number;

/**
 * A window that ends at each record: of a stream, or with `rollingByKey` of each key. Each function gives a stream with one
 * record for each record that comes in, those of a key in their order. At the start windows are partial.
 */
export class Rolling<K, V> {
  /** @internal */
  constructor(
    private readonly window: RollingWindow,
    private readonly derive: (params: object) => DStream<unknown>,
  ) {
    if (typeof window !== "number") toDuration(window);
    if (typeof window === "number" && !(Number.isSafeInteger(window) && window >= 1)) {
      throw new StreamError(
        "RT_ROLLING",
        `a rolling window is a whole number of records of at least 1, or a duration such as "10 seconds", not ${window}`,
      );
    }
  }

  /** How many records are in the window. */
  count(): DStream<RollingRow<K, number>> {
    return this.#one("count");
  }

  sum(this: Rolling<K, number>): DStream<RollingRow<K, number>> {
    return this.#one("sum");
  }

  mean(this: Rolling<K, number>): DStream<RollingRow<K, number>> {
    return this.#one("mean");
  }

  min(this: Rolling<K, number>): DStream<RollingRow<K, number>> {
    return this.#one("min");
  }

  max(this: Rolling<K, number>): DStream<RollingRow<K, number>> {
    return this.#one("max");
  }

  /** Standard deviation of the values as all there are, as Spark's `stdev`. */
  stdev(this: Rolling<K, number>): DStream<RollingRow<K, number>> {
    return this.#one("stdev");
  }

  /** Standard deviation of the values as a sample; undefined for a single value. */
  sampleStdev(this: Rolling<K, number>): DStream<RollingRow<K, number | undefined>> {
    return this.#one("sampleStdev");
  }

  /** The value below which a part `q` of the values is, in proportion between two: 0.5 is the median. @throws StreamError RT_ROLLING */
  quantile(this: Rolling<K, number>, q: number): DStream<RollingRow<K, number>> {
    return this.#one("quantile", q);
  }

  /** The oldest value of the window. */
  first(): DStream<RollingRow<K, V>> {
    return this.#one("first");
  }

  /** The newest value: that of the record itself. */
  last(): DStream<RollingRow<K, V>> {
    return this.#one("last");
  }

  /** The place of the record's value among those of the window, from 1 for the least; equal ones share the middle of theirs. */
  rank(this: Rolling<K, number>): DStream<RollingRow<K, number>> {
    return this.#one("rank");
  }

  /** The value `by` records before; undefined where the window does not reach so far. @throws StreamError RT_ROLLING */
  lag(by = 1): DStream<RollingRow<K, V | undefined>> {
    return this.#one("lag", by);
  }

  /** The value less that of `by` records before; undefined where the window does not reach so far. @throws StreamError RT_ROLLING */
  diff(this: Rolling<K, number>, by = 1): DStream<RollingRow<K, number | undefined>> {
    return this.#one("diff", by);
  }

  /**
   * Exponential moving average: `alpha` of the value and the rest of the average before, from the first value on, however
   * long ago. A key of a window of time begins anew when it has left the window.
   * @param alpha greater than 0, at most 1; default for a window of n records: 2 / (n + 1)
   * @throws StreamError RT_ROLLING
   */
  ema(this: Rolling<K, number>, alpha?: number): DStream<RollingRow<K, number>> {
    return this.#one("ema", alpha);
  }

  /**
   * Several functions at once: `agg({ average: "mean", p90: ["quantile", 0.9] })`.
   * @throws StreamError RT_ROLLING for an argument that the function does not take
   */
  agg<const S extends RollingSpec>(
    this: Rolling<K, number>,
    spec: S,
  ): DStream<RollingRow<K, RollingResults<S, number>>> {
    const calls = Object.values(spec).map((call) =>
      typeof call === "string" ? this.#call(call) : this.#call(...call),
    );
    const params = { window: this.#plainWindow(), names: Object.keys(spec), calls };
    return this.derive(params) as DStream<RollingRow<K, RollingResults<S, number>>>;
  }

  #one<R>(name: RollingName, argument?: number): DStream<RollingRow<K, R>> {
    const params = { window: this.#plainWindow(), names: undefined, calls: [this.#call(name, argument)] };
    return this.derive(params) as DStream<RollingRow<K, R>>;
  }

  #call(name: RollingName, argument?: number): RollingCall {
    const rule = ARGUMENTS[name];
    if (rule === undefined) return [name, 0];
    const records = typeof this.window === "number" ? this.window : undefined;
    const given = argument ?? rule.otherwise?.(records);
    if (given !== undefined && rule.holds(given, records)) return [name, given];
    throw new StreamError("RT_ROLLING", `${name} takes ${rule.what(records)}, not ${String(given)}`);
  }

  #plainWindow(): { records: number } | { ms: number } {
    const { window } = this;
    return typeof window === "number" ? { records: window } : { ms: toDuration(window as DurationLike).ms };
  }
}

/** What a function takes. */
interface ArgumentRule {
  holds(argument: number, records: number | undefined): boolean;
  what(records: number | undefined): string;
  otherwise?(records: number | undefined): number | undefined;
}

const BACK: ArgumentRule = {
  holds: (by, records) => Number.isSafeInteger(by) && by >= 1 && (records === undefined || by < records),
  what: (records) =>
    records === undefined
      ? "a whole number of records of at least 1"
      : `a whole number of records from 1 to ${records - 1}, which a window of ${records} reaches back to`,
  otherwise: () => 1,
};

const ARGUMENTS: Partial<Record<RollingName, ArgumentRule>> = {
  lag: BACK,
  diff: BACK,
  quantile: { holds: (q) => q >= 0 && q <= 1, what: () => "a part from 0 to 1" },
  ema: {
    holds: (alpha) => alpha > 0 && alpha <= 1,
    what: () => "an alpha greater than 0 and at most 1",
    otherwise: (records) => records && 2 / (records + 1),
  },
};

takes(Rolling.prototype, {
  quantile: { q: NUMBER },
  lag: { by: optional(NUMBER) },
  diff: { by: optional(NUMBER) },
  ema: { alpha: optional(NUMBER) },
  agg: { spec: OPTIONS },
});
