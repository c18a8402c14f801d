import { describe, expect, it } from "vitest";
import { ManualClock } from "../testing/manual-clock.js";
import { INTERRUPT_DEADLINE_MS, InterruptLadder } from "./interrupt-ladder.js";

function ladder() {
  const clock = new ManualClock();
  const kills: number[] = [];
  return { clock, kills, rungs: new InterruptLadder(clock, () => kills.push(clock.now())) };
}

describe("the last rung of the interrupt ladder", () => {
  it("ends a process that does not come back", async () => {
    const { clock, kills, rungs } = ladder();
    rungs.climb("cell");
    await clock.advance(INTERRUPT_DEADLINE_MS);
    expect(kills).toEqual([INTERRUPT_DEADLINE_MS]);
  });

  it("is not reached when the process comes back and no cell runs", async () => {
    const { clock, kills, rungs } = ladder();
    rungs.climb("cell");
    await clock.advance(INTERRUPT_DEADLINE_MS - 1);
    rungs.acknowledged(undefined);
    await clock.advance(INTERRUPT_DEADLINE_MS);
    expect([kills, rungs.pending]).toEqual([[], false]);
  });

  it("is reached when the process comes back but its cell does not end in the same time again", async () => {
    const { clock, kills, rungs } = ladder();
    rungs.climb("cell");
    await clock.advance(500);
    rungs.acknowledged("cell");
    await clock.advance(INTERRUPT_DEADLINE_MS);
    expect(kills).toEqual([500 + INTERRUPT_DEADLINE_MS]);
  });

  it.each([undefined, "cell before"])(
    "is not reached when the process comes back in a cell that began after the interrupt of %s",
    async (interrupted) => {
      const { clock, kills, rungs } = ladder();
      rungs.climb(interrupted);
      rungs.acknowledged("cell");
      await clock.advance(10 * INTERRUPT_DEADLINE_MS);
      expect([kills, rungs.pending]).toEqual([[], false]);
    },
  );

  it("is not put off by more interrupts", async () => {
    const { clock, kills, rungs } = ladder();
    rungs.climb("cell");
    await clock.advance(INTERRUPT_DEADLINE_MS - 1);
    rungs.climb("cell");
    await clock.advance(1);
    expect(kills).toEqual([INTERRUPT_DEADLINE_MS]);
  });

  it("is not reached when the cell has ended", async () => {
    const { clock, kills, rungs } = ladder();
    rungs.climb("cell");
    rungs.stop();
    rungs.acknowledged("cell");
    await clock.advance(10 * INTERRUPT_DEADLINE_MS);
    expect(kills).toEqual([]);
  });
});
