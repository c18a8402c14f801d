/**
 * Aborts a signal when a time has passed. Unlike `AbortSignal.timeout`, whose time never comes when garbage is collected and nothing
 * holds on to its signal: `AbortSignal.any` does not.
 */
export class TimeLimit {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;

  /** Keeps no process alive. */
  constructor(ms: number) {
    this.#timer = setTimeout(() => this.#controller.abort(), ms).unref();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whether the time has passed. */
  get isOver(): boolean {
    return this.signal.aborted;
  }

  /** What it was for is over: its time does not come any more. */
  end(): void {
    clearTimeout(this.#timer);
  }
}
