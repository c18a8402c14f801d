import { afterEach, expect, test } from "vitest";
import type { SparkContext as SparkContextType } from "../index.js";

// The built library, as a program would import it: workers are threads with heaps of their own.
const { SparkContext }: typeof import("../index.js") = await import("../../dist/index.js" as string);

const open: SparkContextType[] = [];

afterEach(async () => {
  for (const sc of open.splice(0)) await sc.stop();
});

test("a join whose only key has 5,000 values on both sides never holds its 25,000,000 pairs", async () => {
  const sc = new SparkContext({ workers: 2, workerMemoryMb: 64 });
  open.push(sc);
  const side = () => sc.range(0, 5000, 1, 4).map((n): [string, number] => ["hot", n]);
  expect(await side().join(side()).count()).toBe(25_000_000);
});
