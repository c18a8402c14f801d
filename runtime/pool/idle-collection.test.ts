import { expect, test } from "vitest";
import { IdleCollection } from "./idle-collection.js";

test("a thread that rests collects what was left since it last did, when that is much", async () => {
  const idle = new IdleCollection(Number.POSITIVE_INFINITY);
  const left = new WeakRef(new Uint8Array(20 * 2 ** 20));
  idle.worked();
  await expect.poll(() => left.deref() === undefined).toBe(true);
});
