/** What a rolling function makes of the values in the window that ends at each record. */
export type RollingName =
  | "count"
  | "sum"
  | "mean"
  | "min"
  | "max"
  | "stdev"
  | "sampleStdev"
  | "quantile"
  | "first"
  | "last"
  | "rank"
  | "lag"
  | "diff"
  | "ema";

/** A function and its argument; 0 for those that take none. Plain data. */
export type RollingCall = [name: RollingName, argument: number];

/** Values in order, those of earlier batches first. */
export interface Rolled {
  all: readonly unknown[];
  /** The first that is new: results are wanted from here on. */
  from: number;
  /** Where the window begins that ends at a value; ascending. */
  start(at: number): number;
}

/**
 * Results for each new value. Running ones cost the same however long the window is, but for quantile and rank, which keep it
 * in order.
 * @param before what the function gave for the value before, for `ema`; undefined at the beginning
 */
export function roll([name, argument]: RollingCall, rolled: Rolled, before: unknown): unknown[] {
  return FUNCTIONS[name](rolled, argument, before);
}

type Roll = (rolled: Rolled, argument: number, before: unknown) => unknown[];

const FUNCTIONS: Record<RollingName, Roll> = {
  count: (rolled) => each(rolled, (at, start) => at - start + 1),
  first: (rolled) => each(rolled, (_at, start) => rolled.all[start]),
  last: (rolled) => each(rolled, (at) => rolled.all[at]),
  lag: (rolled, by) => each(rolled, (at, start) => (at - by < start ? undefined : rolled.all[at - by])),
  diff: (rolled, by) =>
    each(rolled, (at, start) =>
      at - by < start ? undefined : Number(rolled.all[at]) - Number(rolled.all[at - by]),
    ),
  sum: (rolled) => slide(rolled, new Moments(), (moments) => moments.sum),
  mean: (rolled) => slide(rolled, new Moments(), (moments) => moments.sum / moments.count),
  stdev: (rolled) => slide(rolled, new Moments(), (moments) => deviation(moments.squares / moments.count)),
  sampleStdev: (rolled) =>
    slide(rolled, new Moments(), ({ squares, count }) =>
      count < 2 ? undefined : deviation(squares / (count - 1)),
    ),
  min: (rolled) =>
    slide(rolled, new Extreme((a, b) => a <= b || Number.isNaN(a)), (extreme) => extreme.value),
  max: (rolled) =>
    slide(rolled, new Extreme((a, b) => a >= b || Number.isNaN(a)), (extreme) => extreme.value),
  quantile: (rolled, q) => slide(rolled, new Sorted(), (sorted) => sorted.quantile(q)),
  rank: (rolled) => slide(rolled, new Sorted(), (sorted, value) => sorted.rank(value)),
  ema: ({ all, from }, alpha, before) => {
    let average = before as number | undefined;
    return all.slice(from).map((value) => {
      average = average === undefined ? Number(value) : alpha * Number(value) + (1 - alpha) * average;
      return average;
    });
  },
};

function each({ all, from, start }: Rolled, result: (at: number, start: number) => unknown): unknown[] {
  return Array.from({ length: all.length - from }, (_, i) => result(from + i, start(from + i)));
}

/** What is known of the values of a window, as it moves. */
interface Running {
  add(value: number): void;
  /** @returns false when it has to be made anew of the values that are left */
  remove(value: number): boolean;
  clear(): void;
}

/** Moves a window over the values. What adding and taking away leaves of rounding is gone after each length of the window. */
function slide<R extends Running>(
  { all, from, start }: Rolled,
  running: R,
  result: (running: R, value: number) => unknown,
): unknown[] {
  const results: unknown[] = [];
  let first = start(from);
  let removed = 0;
  for (let at = first; at < from; at++) running.add(Number(all[at]));
  for (let at = from; at < all.length; at++) {
    running.add(Number(all[at]));
    let sound = true;
    for (const until = start(at); first < until; first++, removed++)
      sound = running.remove(Number(all[first])) && sound;
    if (!sound || removed > at - first) {
      removed = 0;
      running.clear();
      for (let i = first; i <= at; i++) running.add(Number(all[i]));
    }
    results.push(result(running, Number(all[at])));
  }
  return results;
}

/** Count, sum, and the sum of the squared distances from the mean, by Welford's method. */
class Moments implements Running {
  count = 0;
  sum = 0;
  squares = 0;
  #mean = 0;
  /** The most that the squares have been: what rounding has left of it is in them. */
  #most = 0;

  add(value: number): void {
    this.count += 1;
    this.sum += value;
    const before = value - this.#mean;
    this.#mean += before / this.count;
    this.squares += before * (value - this.#mean);
    this.#most = Math.max(this.#most, this.squares);
  }

  remove(value: number): boolean {
    this.count -= 1;
    this.sum -= value;
    const before = value - this.#mean;
    this.#mean -= before / this.count;
    this.squares -= before * (value - this.#mean);
    return Number.isFinite(value) && this.count > 0 && this.squares >= this.#most * SOUND;
  }

  clear(): void {
    this.count = 0;
    this.sum = 0;
    this.squares = 0;
    this.#mean = 0;
    this.#most = 0;
  }
}

/** Below this part of what they were, squares are made anew: rounding leaves a 10^-16 of what goes. */
const SOUND = 1e-4;

/** Rounding may leave a little less than nothing. */
function deviation(variance: number): number {
  return Math.sqrt(Math.max(0, variance));
}

/** The least or the greatest value, or NaN where one is: a queue of those that no later one beats. */
class Extreme implements Running {
  #queue: number[] = [];

  constructor(private readonly beats: (a: number, b: number) => boolean) {}

  get value(): number | undefined {
    return this.#queue[0];
  }

  add(value: number): void {
    // Equal ones stay: each of them leaves by itself.
    while (this.#queue.length > 0 && !this.beats(this.#queue.at(-1) as number, value)) this.#queue.pop();
    this.#queue.push(value);
  }

  remove(value: number): boolean {
    if (Object.is(this.#queue[0], value)) this.#queue.shift();
    return true;
  }

  clear(): void {
    this.#queue = [];
  }
}

/** The values in order, NaN last. */
class Sorted implements Running {
  #values: number[] = [];

  add(value: number): void {
    this.#values.splice(this.#place(value), 0, value);
  }

  remove(value: number): boolean {
    this.#values.splice(this.#place(value), 1);
    return true;
  }

  clear(): void {
    this.#values = [];
  }

  /** Between the two values around it, in proportion: the rule of NumPy, pandas and R's type 7. NaN where one of the values is. */
  quantile(q: number): number {
    if (Number.isNaN(this.#values.at(-1))) return Number.NaN;
    const at = q * (this.#values.length - 1);
    const below = this.#values[Math.floor(at)] as number;
    const above = this.#values[Math.ceil(at)] as number;
    const part = at - Math.floor(at);
    if (part === 0) return below;
    const step = above - below;
    return Number.isFinite(step) ? below + step * part : below * (1 - part) + above * part;
  }

  /** From 1 for the least; equal values share the middle of their places. NaN has none. */
  rank(value: number): number {
    if (Number.isNaN(value)) return Number.NaN;
    const first = this.#place(value);
    let end = first;
    while (this.#values[end] === value) end += 1;
    return (first + 1 + end) / 2;
  }

  /** Of the first value that is not less. */
  #place(value: number): number {
    let low = 0;
    let high = this.#values.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.#values[middle] as number;
      if (other < value || (Number.isNaN(value) && !Number.isNaN(other))) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
