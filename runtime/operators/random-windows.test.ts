import { describe, expect, test } from "vitest";
import type { DStream } from "../context/dstream.js";
import { Random } from "../rows/random.js";
import { runBatches } from "../testing/index.js";
import { sorted } from "../testing/layouts.js";

/** An operation on a window, and what it gives of the records that are in it, oldest first, and of all before it. */
interface Windowed {
  name: string;
  stream(numbers: DStream<number>, windowMs: number, slideMs: number): DStream<unknown>;
  naive(window: number[], everBefore: number[]): unknown[];
}

const add = (a: number, b: number) => a + b;
const subtract = (a: number, b: number) => a - b;
const sum = (rows: number[]) => rows.reduce(add, 0);

function counts(rows: number[]): [number, number][] {
  const made = new Map<number, number>();
  for (const n of rows) made.set(n, (made.get(n) ?? 0) + 1);
  return [...made];
}

function groups(rows: number[]): [number, number[]][] {
  const made = new Map<number, number[]>();
  for (const n of rows) made.set(n % 3, [...(made.get(n % 3) ?? []), n]);
  return [...made];
}

const WINDOWED: readonly Windowed[] = [
  { name: "window", stream: (s, w, slide) => s.window(w, slide), naive: (rows) => rows },
  {
    name: "reduceByWindow",
    stream: (s, w, slide) => s.reduceByWindow(add, w, slide),
    naive: (rows) => (rows.length === 0 ? [] : [sum(rows)]),
  },
  {
    name: "reduceByWindow with an inverse",
    stream: (s, w, slide) => s.reduceByWindow(add, subtract, w, slide),
    naive: (rows, before) => (before.length === 0 ? [] : [sum(rows)]),
  },
  {
    name: "countByWindow",
    stream: (s, w, slide) => s.countByWindow(w, slide),
    naive: (rows, before) => (before.length === 0 ? [] : [rows.length]),
  },
  {
    name: "countByValueAndWindow",
    stream: (s, w, slide) => s.countByValueAndWindow(w, slide),
    naive: counts,
  },
  {
    name: "groupByKeyAndWindow",
    stream: (s, w, slide) => s.map((n) => [n % 3, n]).groupByKeyAndWindow(w, slide),
    naive: (rows) => groups(rows).map(([key, values]) => [key, values]),
  },
  {
    name: "reduceByKeyAndWindow of a transform",
    stream: (s, w, slide) =>
      s
        .transform((rdd) => rdd.map((n) => [n % 3, n] as [number, number]))
        .reduceByKeyAndWindow(add, w, slide),
    naive: (rows) => groups(rows).map(([key, values]) => [key, sum(values)]),
  },
];

const BATCH_MS = 1000;

describe.each(WINDOWED)("$name of random batches, windows and slides", ({ stream, naive }) => {
  test.each(Array.from({ length: 12 }, (_, seed) => seed))(
    "gives what a loop gives, seed %i",
    async (seed) => {
      const random = new Random(seed);
      const upTo = (n: number) => Math.floor(random.next() * n);
      const windowBatches = 1 + upTo(6);
      const slideBatches = 1 + upTo(4);
      const batches = Array.from({ length: 16 }, () =>
        random.next() < 0.3 ? [] : Array.from({ length: upTo(8) }, () => upTo(9)),
      );
      const out = await runBatches(
        batches,
        (numbers) => stream(numbers, windowBatches * BATCH_MS, slideBatches * BATCH_MS),
        { batch: BATCH_MS, partitions: 1 + upTo(3), conf: { workers: 1 + upTo(3), threads: false } },
      );
      const expected: unknown[][] = [];
      for (let end = slideBatches; end <= batches.length; end += slideBatches)
        expected.push(
          naive(batches.slice(Math.max(0, end - windowBatches), end).flat(), batches.slice(0, end).flat()),
        );
      expect(out.map(sorted)).toEqual(expected.map(sorted));
    },
  );
});
