import { expect, test } from "vitest";
import { collectGarbage } from "./heap-watch.js";
import { IdleCollection } from "./idle-collection.js";

test("a thread that rests collects what was left since it last did, when that is much", async () => {
  // What tests before left, and V8 took away meanwhile, would hide that there is more.
  for (let times = 0; times < 2; times++) collectGarbage();
  const idle = new IdleCollection(Number.POSITIVE_INFINITY);
  const left = new WeakRef(new Uint8Array(20 * 2 ** 20));
  idle.worked();
  await expect.poll(() => left.deref() === undefined).toBe(true);
});
