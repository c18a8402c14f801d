import { afterEach, expect, test } from "vitest";
import type { SparkContext as SparkContextType } from "../index.js";

// The built library, as a program would import it.
const { SparkContext }: typeof import("../index.js") = await import("../../dist/index.js" as string);

const open: SparkContextType[] = [];

afterEach(async () => {
  for (const sc of open.splice(0)) await sc.stop();
});

test("a function that takes more than its worker's memory fails its job with a sentence that names it, and nothing else", async () => {
  const sc = new SparkContext({ workers: 2, workerMemoryMb: 64 });
  open.push(sc);
  const cached = sc.parallelize(["a", "b", "a"], 2).map((word) => [word, 1]);
  const greedy = sc
    .parallelize([1, 2, 3, 4], 4)
    .filter((x) => x > 1)
    .map((x) => {
      const held: string[] = [];
      while (x === 3) held.push(`${held.length}`.repeat(100));
      return x;
    });
  const error: Error & { code?: string } = await greedy.collect().then(
    () => expect.unreachable(),
    (reason) => reason,
  );
  expect(error.code).toBe("RT_OUT_OF_MEMORY");
  expect(error.message).toMatch(
    /^worker thread \d was lost: it needed more than the 64 MB of heap it may use, in the stage parallelize → filter → map \(with `\(x\) => x > 1`, `\(x\) => \{.*`\); use more partitions, hold less in a function, or give each worker more: new SparkContext\(\{ workerMemoryMb \}\)$/,
  );
  expect(error.stack).toMatch(/at filter \(.*out-of-memory\.process\.test\.ts:\d+:\d+\)\n/);
  expect(await cached.reduceByKey((a, b) => a + b).count()).toBe(2);
});
