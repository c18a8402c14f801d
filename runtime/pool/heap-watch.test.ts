import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { HeapWatch } from "./heap-watch.js";

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

/** That of tests before would be taken for room; the bytes of typed arrays go with the collection after theirs. */
function collectOthers(): void {
  collectGarbage();
  collectGarbage();
}

const used = () => getHeapStatistics().used_heap_size + getHeapStatistics().external_memory;

test("a thread that holds no more than it may is not over its limit", () => {
  expect(new HeapWatch(used() * 2).isOver()).toBe(false);
});

test("what it holds counts, typed arrays too", () => {
  collectOthers();
  const watch = new HeapWatch(used() + 50 * 2 ** 20);
  expect(watch.isOver()).toBe(false);
  const held = [new Float64Array(4e6).fill(1), new Float64Array(4e6).fill(1)];
  expect(watch.isOver()).toBe(true);
  expect(held).toHaveLength(2);
});

test("garbage does not count", () => {
  collectOthers();
  const limit = used() + 20e6;
  const watch = new HeapWatch(limit);
  leave(40e6);
  expect(used()).toBeGreaterThan(limit);
  expect(watch.isOver()).toBe(false);
});

/** Makes garbage. */
function leave(bytes: number): number {
  return new Uint8Array(bytes).length;
}
