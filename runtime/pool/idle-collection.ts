import { getHeapSpaceStatistics, getHeapStatistics } from "node:v8";
import { stopwatch } from "../time/clock.js";
import { collectGarbage } from "./heap-watch.js";

/** A pause between two batches, not one between two stages. */
const IDLE_MS = 25;

/** Garbage that is worth a collection at any time: it takes about a millisecond for each megabyte in use. */
const WORTHWHILE_BYTES = 16 * 2 ** 20;

/** Less of it, as a share of what is in use, is worth one after so long: what a batch leaves comes to that much in minutes. */
const WORTHWHILE_SHARE = 1 / 16;
const SELDOM_MS = 20_000;

/** With more in use a batch that comes meanwhile would wait for long: V8 collects that piece by piece, when it wants to. */
const MOST_BYTES = 64 * 2 ** 20;

/**
 * Has a thread that rests between two batches collect what they left. A batch leaves little that outlives V8's young
 * generation, columns and what a state was before, and V8 lets it grow to twice what is in use and more before it looks:
 * with a batch a second that takes minutes, in which the process grows.
 */
export class IdleCollection {
  readonly #timer = setTimeout(() => this.#rest(), IDLE_MS).unref();
  /** Bytes in use after the last collection, or when they were fewer. */
  #leastBytes = lastingBytes();
  #sinceLast = stopwatch();

  constructor(private readonly mostBytes = MOST_BYTES) {}

  /** The thread did something, and does not rest yet. */
  worked(): void {
    this.#timer.refresh();
  }

  #rest(): void {
    const bytes = lastingBytes();
    this.#leastBytes = Math.min(this.#leastBytes, bytes);
    if (!this.#isWorthwhile(bytes - this.#leastBytes)) return;
    collectGarbage();
    this.#leastBytes = lastingBytes();
    this.#sinceLast = stopwatch();
  }

  #isWorthwhile(garbage: number): boolean {
    if (this.#leastBytes > this.mostBytes) return false;
    if (garbage >= WORTHWHILE_BYTES) return true;
    return garbage >= this.#leastBytes * WORTHWHILE_SHARE && this.#sinceLast() >= SELDOM_MS;
  }
}

/** What is in use, garbage too, but for the young generation, which collects itself. */
function lastingBytes(): number {
  const lasting = getHeapSpaceStatistics().filter(({ space_name }) => !space_name.startsWith("new"));
  const bytes = lasting.reduce((sum, { space_used_size }) => sum + space_used_size, 0);
  return bytes + getHeapStatistics().external_memory;
}
