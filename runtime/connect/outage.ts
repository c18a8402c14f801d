import { stopwatch } from "../time/clock.js";

/** What is back within so long is not worth a word. */
const TELL_MS = 2000;

/** Tells people once of what a source cannot reach, and once that it can. */
export class Outage {
  #elapsedMs: (() => number) | undefined;
  #isTold = false;

  /**
   * @param where what cannot be reached: "localhost:9999"
   * @param measure begins to measure a time; the result tells how many milliseconds have passed
   */
  constructor(
    private readonly where: string,
    private readonly warn: (text: string) => void = () => undefined,
    private readonly measure: () => () => number = stopwatch,
  ) {}

  /** It failed, once more. */
  lasts(problem: string): void {
    this.#elapsedMs ??= this.measure();
    if (this.#isTold || this.#elapsedMs() < TELL_MS) return;
    this.#isTold = true;
    const what = problem.includes(this.where) ? problem : `${this.where}: ${problem}`;
    this.warn(`${what}; it is tried again until it works`);
  }

  over(): void {
    this.#elapsedMs = undefined;
    if (this.#isTold) this.warn(`${this.where} is there`);
    this.#isTold = false;
  }
}
