import { setMaxListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { type Away, awayOf } from "../pool/away.js";
import { stopwatch } from "../time/clock.js";

const FIRST_WAIT_MS = 100;
const LAST_WAIT_MS = 2000;

/** What passes within so long is not worth a word. */
const TELL_MS = 2000;

/** Time as whoever waits sees it. */
export interface WaitingTime {
  /** Begins to measure a time; the result tells how many milliseconds have passed. */
  measure(): () => number;
  /** Resolves after `ms`, or when the signal is aborted. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

const REAL_TIME: WaitingTime = {
  measure: stopwatch,
  wait: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined), // it is over
};

/**
 * Waits for what is out of reach, by doing the same again: a NameNode that is started anew takes half a minute. Whoever waits is told
 * of it once, and once more when it is back, however much waits at a time. Work that is done again must come to the same.
 */
export class Patience {
  readonly #over = new AbortController();
  /** Work that has failed and is not over. */
  readonly #waiting = new Set<unknown>();
  #told = false;

  /**
   * @param who waits: "the stream"
   * @param warn is told, in a sentence
   * @param signal ends it
   */
  constructor(
    private readonly who: string,
    private readonly warn: (text: string) => void,
    signal?: AbortSignal,
    private readonly time: WaitingTime = REAL_TIME,
  ) {
    setMaxListeners(0, this.#over.signal);
    signal?.addEventListener("abort", () => this.end());
    if (signal?.aborted) this.end();
  }

  /** @throws what the work does: where something is away after as long as that is worth, or when this is {@link end}ed; else at once */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const elapsedMs = this.time.measure();
    let awayMs: number | undefined;
    try {
      for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(2 * waitMs, LAST_WAIT_MS)) {
        try {
          const done = await work();
          this.#isBack(work);
          return done;
        } catch (error) {
          const away = awayOf(error);
          awayMs ??= elapsedMs();
          if (away === undefined || this.#over.signal.aborted || elapsedMs() - awayMs >= away.patienceMs)
            throw error;
          this.#waiting.add(work);
          if (elapsedMs() >= TELL_MS) this.#tell(away);
        }
        await this.time.wait(waitMs, this.#over.signal);
      }
    } finally {
      this.#waiting.delete(work);
      if (this.#waiting.size === 0) this.#told = false;
    }
  }

  /** Nobody waits any more: what is out of reach fails at once. */
  end(): void {
    this.#over.abort();
  }

  #tell({ message, patienceMs }: Away): void {
    if (this.#told) return;
    this.#told = true;
    this.warn(`${message}; ${this.who} waits for it, up to ${patienceMs / 1000} s (hdfs: { patience })`);
  }

  /** While others wait it is not all well yet. */
  #isBack(work: unknown): void {
    if (!this.#waiting.delete(work) || this.#waiting.size > 0 || !this.#told) return;
    this.warn(`what ${this.who} waited for is back, and it goes on`);
  }
}
