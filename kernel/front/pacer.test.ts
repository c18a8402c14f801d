import { describe, expect, it } from "vitest";
import { ManualClock } from "../testing/manual-clock.js";
import { Pacer } from "./pacer.js";

const rate = { burst: 3, perSecond: 10 };

describe("pacer", () => {
  it("lets a burst through, then one message per interval", async () => {
    const clock = new ManualClock();
    const pacer = new Pacer(clock, rate);
    expect([pacer.turn(), pacer.turn(), pacer.turn()]).toEqual([undefined, undefined, undefined]);
    const went: number[] = [];
    void (async () => {
      for (let i = 0; i < 5; i++) {
        await pacer.turn();
        went.push(clock.now());
      }
    })();
    await clock.advance(1000);
    expect(went).toEqual([100, 200, 300, 400, 500]);
  });

  it("fills up again in a pause, to the burst and no further", async () => {
    const clock = new ManualClock();
    const pacer = new Pacer(clock, rate);
    for (let i = 0; i < 3; i++) pacer.turn();
    await clock.advance(60_000);
    expect([1, 2, 3, 4].map(() => pacer.turn() === undefined)).toEqual([true, true, true, false]);
  });

  it("gives a turn only when there is one, to those that do not wait", async () => {
    const clock = new ManualClock();
    const pacer = new Pacer(clock, rate);
    expect([1, 2, 3, 4].map(() => pacer.takeTurn())).toEqual([true, true, true, false]);
    await clock.advance(100);
    expect([1, 2].map(() => pacer.takeTurn())).toEqual([true, false]);
  });

  it("lets everything through while it is open", () => {
    const pacer = new Pacer(new ManualClock(), rate, () => true);
    for (let i = 0; i < 100; i++) expect(pacer.turn()).toBeUndefined();
  });
});
