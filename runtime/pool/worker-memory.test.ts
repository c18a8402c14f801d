import { describe, expect, test } from "vitest";
import { checkWorkerMemory, defaultWorkerMemoryMb } from "./worker-memory.js";

const GB = 2 ** 30;

describe("the heap of a worker, unless it is asked for", () => {
  test.each([
    { machine: 4 * GB, workers: 4, mb: 614 },
    { machine: 8 * GB, workers: 2, mb: 2457 },
    { machine: 24 * GB, workers: 2, mb: 4096 },
    { machine: GB / 4, workers: 8, mb: 64 },
  ])("is $mb MB for $workers workers on $machine bytes", ({ machine, workers, mb }) => {
    expect(defaultWorkerMemoryMb(workers, machine)).toBe(mb);
  });
});

test.each([0, 63, 100.5, Number.NaN])("a heap of %d MB is refused", (mb) => {
  expect(() => checkWorkerMemory(mb)).toThrow(
    `workerMemoryMb is a whole number of at least 64 megabytes, not ${mb}`,
  );
});
