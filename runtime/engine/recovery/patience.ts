import { setTimeout as wait } from "node:timers/promises";
import { FilesAway } from "../../connect/files/files-away.js";
import { stopwatch } from "../../time/clock.js";

const FIRST_WAIT_MS = 100;
const LAST_WAIT_MS = 2000;

/** What passes within so long is not worth a word. */
const TELL_MS = 2000;

/**
 * Waits for files of another machine that are out of reach, while the stream stands still: a NameNode that is started again takes
 * half a minute. Work that is done again must come to the same.
 */
export class Patience {
  readonly #over = new AbortController();

  constructor(
    private readonly patienceMs: number,
    /** Is told what is waited for, and that it is back. */
    private readonly warn: (text: string) => void,
  ) {}

  /** @throws what the work does: FilesAway after the patience, or when it is {@link end}ed; all else at once */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const elapsedMs = stopwatch();
    let told = false;
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(2 * waitMs, LAST_WAIT_MS)) {
      try {
        const done = await work();
        if (told) this.warn("the checkpoint is written again, and the stream goes on");
        return done;
      } catch (error) {
        if (!(error instanceof FilesAway) || this.#isOver(elapsedMs())) throw error;
        if (!told && elapsedMs() >= TELL_MS) {
          told = true;
          const seconds = this.patienceMs / 1000;
          this.warn(`${error.message}; the stream waits for it, up to ${seconds} s (hdfs: { patience })`);
        }
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
}
