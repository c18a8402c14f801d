/** The promise of all connectors: what goes wrong is told of soon. */

import { expect } from "vitest";

const PROMISED_MS = 10_000;

/** For what is polled: a hang ends there. */
export const PATIENT = { timeout: 120_000 };

const TICK_MS = 50;

/** Longer than a busy machine keeps a thread from its turn. */
const MOST_MS = 500;

/**
 * Does what has a consequence, waits for that, and asserts that it came within ten seconds. These are seconds in which this process
 * was awake: while the whole machine stands still, so does what is tested.
 * @returns what the cause and the consequence gave
 */
export async function inTime<Caused, Told>(
  cause: () => Caused | Promise<Caused>,
  consequence: (caused: Caused) => Promise<Told>,
): Promise<[Caused, Told]> {
  let awakeMs = 0;
  let lastMs = performance.now();
  const tick = () => {
    const nowMs = performance.now();
    awakeMs += Math.min(nowMs - lastMs, MOST_MS);
    lastMs = nowMs;
  };
  const ticking = setInterval(tick, TICK_MS);
  try {
    const caused = await cause();
    const told = await consequence(caused);
    tick();
    expect(awakeMs, "milliseconds until it was told").toBeLessThan(PROMISED_MS);
    return [caused, told];
  } finally {
    clearInterval(ticking);
  }
}
