import { StreamError } from "../stream-error.js";

/** What tasks add up: an empty part, what one value adds to it, and how a task's part joins those of others. */
export interface Accumulation<V, P> {
  zero(): P;
  /** @throws StreamError RT_ACCUMULATOR when the value is none of the kind */
  add(part: P, value: V): P;
  merge(part: P, other: P): P;
}

/** Of numbers: enough for sum, count and average. */
export interface NumberPart {
  sum: number;
  count: number;
}

const numbers = (kind: string, what: string, isOne: (value: unknown) => boolean) => ({
  zero: (): NumberPart => ({ sum: 0, count: 0 }),
  add: ({ sum, count }: NumberPart, value: number): NumberPart => {
    if (isOne(value)) return { sum: sum + value, count: count + 1 };
    throw new StreamError("RT_ACCUMULATOR", `a ${kind} accumulator adds ${what}, not ${String(value)}`);
  },
  merge: (a: NumberPart, b: NumberPart): NumberPart => ({ sum: a.sum + b.sum, count: a.count + b.count }),
});

/** The kinds there are, by name: it is the name that travels. */
const ACCUMULATIONS = {
  long: numbers("long", "whole numbers", Number.isSafeInteger),
  double: numbers("double", "numbers", (value) => typeof value === "number"),
  collection: {
    zero: (): unknown[] => [],
    add: (part: unknown[], value: unknown): unknown[] => {
      part.push(value);
      return part;
    },
    merge: (part: unknown[], other: unknown[]): unknown[] => part.concat(other),
  },
} satisfies Record<string, Accumulation<never, unknown>>;

export type AccumulationKind = keyof typeof ACCUMULATIONS;

/** The kind of a name, for whoever need not know which. */
export function accumulation(kind: AccumulationKind): Accumulation<unknown, unknown> {
  return ACCUMULATIONS[kind] as Accumulation<unknown, unknown>;
}

/** What the tasks of a job added, by accumulator. */
export type Accumulated = { accumulator: string; part: unknown }[];
