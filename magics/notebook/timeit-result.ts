import { formatTime } from "./format-time.js";

/** Slower than this many times the fastest, a run says little of the code alone. */
const SUSPICIOUS_RATIO = 4;

/** What `%timeit` measured; `const t = %timeit f()` gives it to code. Times are ms of one loop. */
export class TimeitResult {
  constructor(
    /** Loops of each run. */
    readonly loops: number,
    /** One entry for each run. */
    readonly timingsMs: readonly number[],
  ) {}

  get bestMs(): number {
    return Math.min(...this.timingsMs);
  }

  get worstMs(): number {
    return Math.max(...this.timingsMs);
  }

  get averageMs(): number {
    return this.timingsMs.reduce((sum, ms) => sum + ms, 0) / this.timingsMs.length;
  }

  /** Of the runs themselves, not an estimate for more of them. */
  get stdevMs(): number {
    const mean = this.averageMs;
    return Math.sqrt(this.timingsMs.reduce((sum, ms) => sum + (ms - mean) ** 2, 0) / this.timingsMs.length);
  }

  toString(): string {
    const runs = this.timingsMs.length;
    const warning =
      this.worstMs > this.bestMs * SUSPICIOUS_RATIO && this.bestMs > 0
        ? `The slowest run took ${(this.worstMs / this.bestMs).toFixed(2)} times longer than the fastest: something else ran, or a result was kept.\n`
        : "";
    return (
      `${warning}${formatTime(this.averageMs)} ± ${formatTime(this.stdevMs)} per loop ` +
      `(mean ± std. dev. of ${runs} run${runs === 1 ? "" : "s"}, ${this.loops.toLocaleString("en-US")} loop${this.loops === 1 ? "" : "s"} each)`
    );
  }

  [Symbol.for("Jupyter.display")](): Record<string, string> {
    return { "text/plain": this.toString() };
  }
}
