import { expect, test } from "vitest";
import { sawSharedMemory } from "./shared-memory.js";

const MIB = 2 ** 20;

test("a thread lets go of the shared memory that it has no use for, however much comes", async () => {
  const made: WeakRef<SharedArrayBuffer>[] = [];
  const left = () => made.filter((memory) => memory.deref() !== undefined).length;
  for (let i = 0; i < 64; i++) {
    made.push(new WeakRef(new SharedArrayBuffer(16 * MIB)));
    sawSharedMemory(16 * MIB);
    // What a turn has looked at through a WeakRef lives until its end.
    await new Promise(setImmediate);
  }
  expect(left()).toBeLessThanOrEqual(16);
});
