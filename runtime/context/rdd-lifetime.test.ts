import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test, vi } from "vitest";
import { SparkContext } from "./spark-context.js";

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

test("the engine keeps what an RDD is made from as long as that RDD, and forgets both when it is gone", async () => {
  const sc = new SparkContext({ workers: 2, threads: false });
  const forget = vi.spyOn(sc.engine, "forget");
  const forgotten = () => {
    collectGarbage();
    return new Set(forget.mock.calls.flatMap(([ids]) => ids));
  };
  const pairs = () => sc.parallelize<[string, number]>([["a", 1]], 2);
  const ids: string[] = [];
  await (async () => {
    const joined = pairs().join(pairs());
    ids.push(joined.node.id, ...joined.node.parents.map((cogroup) => cogroup.id));
    pairs();
    await expect.poll(() => forgotten().size).toBe(1);
    expect(await joined.count()).toBe(1);
  })();
  await expect.poll(() => ids.every((id) => forgotten().has(id))).toBe(true);
});
