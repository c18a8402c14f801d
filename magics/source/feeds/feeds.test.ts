import { describe, expect, test } from "vitest";
import { FEED_START_MS } from "../line-feed.js";
import { popularPlace, seededRandom } from "../seeded-random.js";
import type { Click } from "./clicks.js";
import { FEEDS, type FeedName } from "./feeds.js";
import type { Reading } from "./sensors.js";

function lines(name: FeedName, count: number, seed = 1, rate = 100): string[] {
  const feed = FEEDS[name].open(seed, rate);
  return Array.from({ length: count }, () => feed.next());
}

const parsed = <T>(texts: readonly string[]) => texts.map((text) => JSON.parse(text) as T);

describe.each(Object.keys(FEEDS) as FeedName[])("%s", (name) => {
  test("gives the same lines for the same seed, and others for another", () => {
    expect(lines(name, 200, 7)).toEqual(lines(name, 200, 7));
    expect(lines(name, 200, 7)).not.toEqual(lines(name, 200, 8));
  });

  test("says whether it is made up", () => {
    expect(FEEDS[name].what).toMatch(name === "words" ? /public domain/ : /synthetic/);
  });
});

test("clicks: people stay with a category, and come again in a new session", () => {
  const clicks = parsed<Click>(lines("clicks", 5000));
  expect(clicks[100]?.time).toBe(FEED_START_MS + 1000);
  const mine = clicks.filter(({ user }) => user === "u0");
  const favourite = mine.filter(({ category }) => category === "books").length / mine.length;
  expect(favourite).toBeGreaterThan(0.7);
  expect(new Set(mine.map(({ session }) => session)).size).toBeGreaterThan(1);
  expect(new Set(clicks.map(({ action }) => action))).toEqual(new Set(["view", "cart", "buy"]));
});

test("sensors: eight of them take turns; a few readings are late", () => {
  const readings = parsed<Reading>(lines("sensors", 8000));
  expect(readings.slice(0, 9).map(({ sensor }) => sensor)).toEqual([
    "s1",
    "s2",
    "s3",
    "s4",
    "s5",
    "s6",
    "s7",
    "s8",
    "s1",
  ]);
  const late = readings.filter(({ time }, i) => time < FEED_START_MS + i * 10).length / readings.length;
  expect(late).toBeGreaterThan(0.01);
  expect(late).toBeLessThan(0.03);
  const temperatures = readings.map(({ temperature }) => temperature);
  expect(Math.min(...temperatures)).toBeGreaterThan(5);
  expect(Math.max(...temperatures)).toBeGreaterThan(35);
});

test("log: at the end of each minute one service fails far more often than usual", () => {
  const errors = (from: number, until: number) => {
    const counts = new Map<string, { all: number; failed: number }>();
    for (const line of lines("log", until).slice(from)) {
      const [, service = "", , , status] = line.split(" ");
      const count = counts.get(service) ?? { all: 0, failed: 0 };
      counts.set(service, { all: count.all + 1, failed: count.failed + (status === "500" ? 1 : 0) });
    }
    return Math.max(...[...counts.values()].map(({ all, failed }) => failed / all));
  };
  expect(errors(0, 4500)).toBeLessThan(0.1);
  expect(errors(4500, 6000)).toBeGreaterThan(0.15);
});

test("log lines have their time, service, request, status and how long it took", () => {
  for (const line of lines("log", 100))
    expect(line).toMatch(/^2026-01-01T00:00:0\d\.\d{3}Z [a-z]+ (GET|POST) \/[a-z]+ (200|404|500) \d+ms$/);
});

test("popular places come more often than others, and each comes", () => {
  const random = seededRandom(5);
  const counts = new Array<number>(5).fill(0);
  for (let i = 0; i < 10_000; i++)
    counts[popularPlace(random, 5)] = (counts[popularPlace(random, 5)] ?? 0) + 1;
  expect(Math.min(...counts)).toBeGreaterThan(500);
  expect(counts[0]).toBeGreaterThan(counts[4] ?? 0);
});
