import { setMaxListeners } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { FilesAway } from "../../connect/files/files-away.js";
import { stopwatch } from "../../time/clock.js";

const FIRST_WAIT_MS = 100;
const LAST_WAIT_MS = 2000;

/** What passes within so long is not worth a word. */
const TELL_MS = 2000;

/** A cluster that has lost a part of itself may look for it for a while before it says so. */
const SLOW_MS = 8000;

/**
 * Waits for files of another machine that are out of reach, while the stream stands still: a NameNode that is started again takes
 * half a minute. Work that is done again must come to the same.
 */
export class Patience {
  readonly #over = new AbortController();
  /** Whether it was told that something is waited for, and nothing has been done since. */
  #told = false;
  /** Work that is under way. */
  #working = 0;

  constructor(
    private readonly patienceMs: number,
    /** Is told once what is waited for, and once that it is back. */
    private readonly warn: (text: string) => void,
  ) {
    // Batches that are due meanwhile wait too.
    setMaxListeners(0, this.#over.signal);
  }

  /**
   * @param where path or URL of what the work is on
   * @throws what the work does: FilesAway after the patience, or when it is {@link end}ed; all else at once
   */
  async run<T>(where: string, work: () => Promise<T>): Promise<T> {
    this.#working += 1;
    try {
      const done = await this.#again(where, work);
      // While others wait it is not all well yet.
      if (this.#working === 1) this.#isBack();
      return done;
    } finally {
      this.#working -= 1;
    }
  }

  async #again<T>(where: string, work: () => Promise<T>): Promise<T> {
    const elapsedMs = stopwatch();
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(2 * waitMs, LAST_WAIT_MS)) {
      const slow = setTimeout(
        () => this.#tell(`${where} is not done yet, after ${SLOW_MS / 1000} s`),
        SLOW_MS,
      );
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof FilesAway) || this.#isOver(elapsedMs())) throw error;
        // Of one that says what that means, what it is.
        const { message } = error.cause instanceof FilesAway ? error.cause : error;
        if (elapsedMs() >= TELL_MS) this.#tell(message);
      } finally {
        clearTimeout(slow);
      }
      await wait(waitMs, undefined, { signal: this.#over.signal }).catch(() => undefined);
    }
  }

  /** Nobody waits any more: what is out of reach fails at once. */
  end(): void {
    this.#over.abort();
  }

  #isOver(elapsedMs: number): boolean {
    return this.#over.signal.aborted || elapsedMs >= this.patienceMs;
  }

  /** A disk of this machine that is slow is no news. */
  #tell(problem: string): void {
    if (this.#told || this.patienceMs === 0) return;
    this.#told = true;
    const seconds = this.patienceMs / 1000;
    this.warn(`${problem}; the stream waits for it, up to ${seconds} s (hdfs: { patience })`);
  }

  #isBack(): void {
    if (!this.#told) return;
    this.#told = false;
    this.warn("the checkpoint is written again, and the stream goes on");
  }
}
