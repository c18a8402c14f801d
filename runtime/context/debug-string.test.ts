import { afterEach, describe, expect, test } from "vitest";
import { SparkContext } from "./spark-context.js";

const open: SparkContext[] = [];

function newContext() {
  const sc = new SparkContext({ workers: 2, threads: false });
  open.push(sc);
  return sc;
}

afterEach(async () => {
  for (const sc of open.splice(0)) await sc.stop();
});

/** Numbers of RDDs are those of the process: here they begin with 0. */
const numbered = (text: string) => {
  const ids = [...text.matchAll(/\[(\d+)\]/g)].map(([, id]) => Number(id));
  const least = Math.min(...ids);
  return text.replace(/\[(\d+)\]/g, (_, id) => `[${Number(id) - least}]`).split("\n");
};

describe("the lineage of an RDD as text", () => {
  test("has the stages below each other, and what is kept of them", async () => {
    const pairs = newContext()
      .parallelize(["a", "b", "a"], 2)
      .map((word) => [word, 1] as [string, number])
      .setName("pairs")
      .cache();
    const counts = pairs.reduceByKey((a, b) => a + b, 3).filter(([, n]) => n > 1);
    await counts.count();
    expect([pairs, counts].map(String)).toEqual([
      "RDD(pairs: map, 2 partitions)",
      "RDD(filter, 3 partitions)",
    ]);
    expect(numbered(await counts.toDebugString())).toEqual([
      "(3) filter[3] []",
      " |  reduceByKey[2] []",
      " +-(2) pairs map[1] [Memory Deserialized 1x Replicated]",
      "    |      CachedPartitions: 2; MemorySize: 315.0 B; DiskSize: 0.0 B",
      "    |  parallelize[0] []",
    ]);
  });

  test("has all parents of a join", async () => {
    const sc = newContext();
    const side = () => sc.parallelize([[1, 2] as [number, number]], 12);
    const joined = side().cogroup(side(), 2);
    expect(numbered(await joined.toDebugString())).toEqual([
      "(2) cogroup[2] []",
      " +-(12) parallelize[0] []",
      " +-(12) parallelize[1] []",
    ]);
  });
});
