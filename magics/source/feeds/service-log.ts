import { FEED_START_MS, type FeedKind, type LineFeed } from "../line-feed.js";
import { popularPlace, seededRandom } from "../seeded-random.js";

const SERVICES = [
  { name: "search", path: "/search", usualMs: 40 },
  { name: "catalog", path: "/products", usualMs: 25 },
  { name: "cart", path: "/cart", usualMs: 30 },
  { name: "checkout", path: "/checkout", usualMs: 120 },
  { name: "account", path: "/login", usualMs: 60 },
];

/** Every minute of the log's time one service is in trouble for a quarter of it. */
const MINUTE_MS = 60_000;
const TROUBLE_MS = 15_000;

const USUAL = { errors: 0.01, slower: 1 };
const TROUBLE = { errors: 0.3, slower: 8 };

/**
 * Requests to the services of a shop: `2026-01-01T00:00:00.002Z checkout POST /checkout 200 131ms`. Every minute one of them
 * is slow and fails for 15 seconds: for alerts.
 */
export const serviceLog: FeedKind = {
  what: "a log of requests to five services, one of them in trouble now and then (synthetic)",
  usualRate: 500,
  open: (seed, linesPerSecond) => new ServiceLog(seed, linesPerSecond),
};

class ServiceLog implements LineFeed {
  readonly #random: () => number;
  #index = 0;

  constructor(
    private readonly seed: number,
    private readonly linesPerSecond: number,
  ) {
    this.#random = seededRandom(seed);
  }

  next(): string {
    const passedMs = Math.round((this.#index * 1000) / this.linesPerSecond);
    this.#index += 1;
    const place = popularPlace(this.#random, SERVICES.length);
    const { name, path, usualMs } = SERVICES[place] as (typeof SERVICES)[number];
    const { errors, slower } = this.#inTrouble(passedMs) === place ? TROUBLE : USUAL;
    const status = this.#random() < errors ? 500 : this.#random() < 0.02 ? 404 : 200;
    // Most requests are quick, a few take long.
    const tookMs = Math.round(usualMs * slower * (0.5 - Math.log(1 - this.#random()) / 2));
    const method = name === "checkout" || name === "account" ? "POST" : "GET";
    const time = new Date(FEED_START_MS + passedMs).toISOString();
    return `${time} ${name} ${method} ${path} ${status} ${tookMs}ms`;
  }

  /** The place of the service that is in trouble; -1 for none. */
  #inTrouble(passedMs: number): number {
    const minute = Math.floor(passedMs / MINUTE_MS);
    const begins = MINUTE_MS - TROUBLE_MS;
    return passedMs % MINUTE_MS < begins
      ? -1
      : Math.floor(seededRandom(this.seed + minute)() * SERVICES.length);
  }
}
