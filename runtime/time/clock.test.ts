import { MessageChannel } from "node:worker_threads";
import { expect, test } from "vitest";
import { ManualClock, SystemClock } from "./clock.js";
import { Ticker } from "./ticker.js";

test("a manual clock wakes waiters in order of their time, each at its own time", () => {
  const clock = new ManualClock(100);
  const woken: [string, number][] = [];
  clock.at(300, () => woken.push(["late", clock.now()]));
  clock.at(200, () => woken.push(["early", clock.now()]));
  clock.at(500, () => woken.push(["later", clock.now()]));
  clock.advance(300);
  expect(woken).toEqual([
    ["early", 200],
    ["late", 300],
  ]);
  expect(clock.now()).toBe(400);
});

test("a waiter that comes while the clock moves is woken in the same move when its time is within it", () => {
  const clock = new ManualClock();
  const woken: number[] = [];
  const again = () => {
    woken.push(clock.now());
    clock.at(clock.now() + 10, again);
  };
  clock.at(10, again);
  clock.advance(35);
  expect(woken).toEqual([10, 20, 30]);
});

test("a waiter that was taken back is not woken", () => {
  const clock = new ManualClock();
  const cancel = clock.at(10, () => {
    throw new Error("woken");
  });
  cancel();
  clock.advance(20);
  expect(clock.now()).toBe(20);
});

test("the system clock never wakes before the time it was asked for", async () => {
  const clock = new SystemClock();
  const atMs = clock.now() + 15;
  await new Promise<void>((resolve) => clock.at(atMs, resolve));
  expect(clock.now()).toBeGreaterThanOrEqual(atMs);
});

test("who is woken by the system clock has received what had come by then, however late that is", async () => {
  const clock = new SystemClock();
  const { port1, port2 } = new MessageChannel();
  const events: string[] = [];
  const received = new Promise<void>((resolve) => {
    port1.on("message", (message) => {
      events.push(message);
      resolve();
    });
  });
  // The thread has no turn until the time is long over; here, where Node looks at timers only.
  setTimeout(() => {
    port2.postMessage("a message");
    for (const atMs = clock.now() + 10; clock.now() < atMs; );
  }, 0);
  const woken = new Promise<void>((resolve) => {
    clock.at(clock.now() + 1, () => {
      events.push("woken");
      resolve();
    });
  });
  await Promise.all([received, woken]);
  port1.close();
  expect(events).toEqual(["a message", "woken"]);
});

test("who was taken back is not woken by the system clock, though the time has come", async () => {
  const clock = new SystemClock();
  const events: string[] = [];
  const cancel = clock.at(clock.now(), () => events.push("cancelled"));
  const last = new Promise<void>((resolve) => {
    clock.at(clock.now(), resolve);
  });
  setTimeout(cancel, 0);
  // All three are due when Node looks at its timers next: it is taken back after its time was seen to have come, before it is woken.
  for (const atMs = clock.now() + 5; clock.now() < atMs; );
  await last;
  expect(events).toEqual([]);
});

test("a ticker ticks at each multiple of its period, and catches up without skipping", () => {
  const clock = new ManualClock(1050);
  const ticks: number[] = [];
  const ticker = new Ticker(clock, 100, (timeMs) => ticks.push(timeMs));
  ticker.start(ticker.firstTickMs());
  clock.advance(60);
  clock.advance(300);
  expect(ticks).toEqual([1100, 1200, 1300, 1400]);
  expect(ticker.stop()).toBe(1500);
  clock.advance(1000);
  expect(ticks).toHaveLength(4);
});
