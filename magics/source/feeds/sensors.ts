import { FEED_START_MS, type FeedKind } from "../line-feed.js";
import { aroundZero, seededRandom } from "../seeded-random.js";

/** A reading, a JSON object a line. */
export interface Reading {
  /** When it was measured, ms since the epoch; some readings come late. */
  time: number;
  sensor: string;
  /** °C. */
  temperature: number;
  /** Percent. */
  humidity: number;
}

const SENSORS = 8;
/** A day of theirs takes ten minutes, so that the curve can be watched. */
const DAY_MS = 600_000;
/** So many readings are late, by up to so much: for windows by the time of measuring. */
const LATE = { share: 0.02, mostMs: 10_000 };
/** So many are far off: for alerts. */
const SPIKES = 0.002;

/** Temperatures that rise and fall with a short day, each sensor by itself; a few are late, a few far off. */
export const sensors: FeedKind = {
  what: `readings of ${SENSORS} temperature sensors as JSON (synthetic)`,
  usualRate: 100,
  open(seed, linesPerSecond) {
    const random = seededRandom(seed);
    let index = 0;
    return {
      next() {
        const place = index % SENSORS;
        const passedMs = Math.round((index * 1000) / linesPerSecond);
        const warmth = 18 + place / 2 + 6 * Math.sin((2 * Math.PI * passedMs) / DAY_MS + place / 3);
        const spike = random() < SPIKES ? 25 : 0;
        const lateMs = random() < LATE.share ? Math.round(random() * LATE.mostMs) : 0;
        const reading: Reading = {
          time: FEED_START_MS + Math.max(0, passedMs - lateMs),
          sensor: `s${place + 1}`,
          temperature: rounded(warmth + aroundZero(random) / 4 + spike),
          humidity: rounded(55 - (warmth - 18) * 1.5 + aroundZero(random)),
        };
        index += 1;
        return JSON.stringify(reading);
      },
    };
  },
};

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
