import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test, vi } from "vitest";
import { SparkContext } from "./spark-context.js";

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

const context = () => new SparkContext({ workers: 2, threads: false });
const pairs = (sc: SparkContext) => sc.parallelize<[string, number]>([["a", 1]], 2);

/** The RDDs that the context's engine has forgotten until now, without what is garbage. */
function forgottenBy(sc: SparkContext) {
  const forget = vi.spyOn(sc.engine, "forget");
  return () => {
    collectGarbage();
    return new Set(forget.mock.calls.flatMap(([ids]) => ids));
  };
}

test("the engine keeps what an RDD is made from as long as that RDD, and forgets both when it is gone", async () => {
  const sc = context();
  const forgotten = forgottenBy(sc);
  const ids: string[] = [];
  await (async () => {
    const joined = pairs(sc).join(pairs(sc));
    ids.push(joined.node.id, ...joined.node.parents.map((cogroup) => cogroup.id));
    pairs(sc);
    await expect.poll(() => forgotten().size).toBe(1);
    expect(await joined.count()).toBe(1);
  })();
  await expect.poll(() => ids.every((id) => forgotten().has(id))).toBe(true);
});

test("RDDs are forgotten also after a context that is gone together with RDDs that nobody was told of", async () => {
  const held: { gone?: SparkContext } = {};
  // Functions of their own: what one has in its registers is not garbage.
  const makeContext = () => {
    held.gone = context();
  };
  const makeGarbage = () => {
    pairs(held.gone as SparkContext);
  };
  makeContext();
  await new Promise(setImmediate);
  makeGarbage();
  collectGarbage();
  delete held.gone;
  collectGarbage();
  const sc = context();
  const forgotten = forgottenBy(sc);
  await new Promise(setImmediate);
  pairs(sc);
  await expect.poll(() => forgotten().size).toBe(1);
});
