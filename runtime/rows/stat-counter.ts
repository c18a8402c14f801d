import { inspect } from "node:util";
import { short } from "./short-text.js";

/** What {@link StatCounter.toPlain} gives. */
export interface PlainStats {
  count: number;
  sum: number;
  mean: number;
  /** Sum of the squared distances from the mean. */
  squares: number;
  min: number;
  max: number;
}

/**
 * Count, sum, mean, variance, least and greatest of numbers, in one pass, after Spark's class of the same name: Welford's
 * update for one number, Chan's for the numbers of two counters. Of no numbers the mean is 0, the variance NaN, the
 * least Infinity and the greatest -Infinity.
 */
export class StatCounter {
  #count = 0;
  #sum = 0;
  #mean = 0;
  #squares = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;

  /** @throws TypeError when it is no number */
  add(value: number): this {
    if (typeof value !== "number") throw new TypeError(`a number is needed here, not ${short(value)}`);
    return this.merge({ count: 1, sum: value, mean: value, squares: 0, min: value, max: value });
  }

  /** Adds what another counter has seen. */
  merge(other: PlainStats): this {
    if (other.count === 0) return this;
    const count = this.#count + other.count;
    const distance = other.mean - this.#mean;
    this.#mean += (distance * other.count) / count;
    this.#squares += other.squares + (distance * distance * this.#count * other.count) / count;
    this.#count = count;
    this.#sum += other.sum;
    this.#min = Math.min(this.#min, other.min);
    this.#max = Math.max(this.#max, other.max);
    return this;
  }

  get count(): number {
    return this.#count;
  }

  get sum(): number {
    return this.#sum;
  }

  get mean(): number {
    return this.#mean;
  }

  get min(): number {
    return this.#min;
  }

  get max(): number {
    return this.#max;
  }

  /** Of the numbers as a whole population: {@link popVariance}. */
  get variance(): number {
    return this.popVariance;
  }

  get popVariance(): number {
    return this.#count === 0 ? Number.NaN : this.#squares / this.#count;
  }

  /** Estimated for the population that the numbers are a sample of; NaN for fewer than two. */
  get sampleVariance(): number {
    return this.#count <= 1 ? Number.NaN : this.#squares / (this.#count - 1);
  }

  /** Of the numbers as a whole population: {@link popStdev}. */
  get stdev(): number {
    return this.popStdev;
  }

  get popStdev(): number {
    return Math.sqrt(this.popVariance);
  }

  get sampleStdev(): number {
    return Math.sqrt(this.sampleVariance);
  }

  /** The counter as plain data, to be merged elsewhere. */
  toPlain(): PlainStats {
    return {
      count: this.#count,
      sum: this.#sum,
      mean: this.#mean,
      squares: this.#squares,
      min: this.#min,
      max: this.#max,
    };
  }

  toString(): string {
    return `(count: ${this.count}, mean: ${this.mean}, stdev: ${this.stdev}, max: ${this.max}, min: ${this.min})`;
  }

  /** Shown as its text: its fields are private. */
  [inspect.custom](): string {
    return this.toString();
  }
}
