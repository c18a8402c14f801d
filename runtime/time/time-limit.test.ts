import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import { collectGarbage } from "../pool/heap-watch.js";
import { TimeLimit } from "./time-limit.js";

/** What {@link AbortSignal.any} makes of it tells of its end, and nothing else has either. */
function whenOver(ms: number, told: () => void): void {
  const signal = AbortSignal.any([new AbortController().signal, new TimeLimit(ms).signal]);
  signal.addEventListener("abort", told);
}

test("its time comes after garbage was collected, too", async () => {
  let isOver = false;
  whenOver(100, () => {
    isOver = true;
  });
  for (let times = 0; times < 2; times++) {
    await turn(); // what was made in this one is not collected in it
    collectGarbage();
  }
  await expect.poll(() => isOver).toBe(true);
});

test("its time does not come when it was ended before", async () => {
  const ended = new TimeLimit(1);
  ended.end();
  const later = new TimeLimit(20);
  await expect.poll(() => later.isOver).toBe(true);
  expect(ended.isOver).toBe(false);
});
