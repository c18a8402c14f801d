import { checkEdges, evenEdges } from "../rows/buckets.js";
import { type PlainStats, StatCounter } from "../rows/stat-counter.js";
import {
  type BoundedDouble,
  checkConfidence,
  type Evaluator,
  MeanEvaluator,
  SumEvaluator,
} from "./approximate.js";
import { either, NUMBER, NUMBERS, optional, TIMEOUT_MS } from "./operands.js";
import { approximately, type PartialResult } from "./partial-result.js";
import type { RDD } from "./rdd.js";
import { OrderedRDDFunctions } from "./rdd-ordered-functions.js";
import { takes } from "./signatures.js";

/** What only an RDD of numbers has. */
export abstract class DoubleRDDFunctions<T> extends OrderedRDDFunctions<T> {
  /** Count, sum, mean, variance, least and greatest of the numbers, in one pass. */
  async stats(this: RDD<number>): Promise<StatCounter> {
    const partials = await this.partials<PlainStats>("stats", []);
    return partials.reduce((counter, partial) => counter.merge(partial), new StatCounter());
  }

  /** 0 when there is none. */
  async sum(this: RDD<number>): Promise<number> {
    return (await this.stats()).sum;
  }

  /**
   * The {@link sum} as far as it is known after `timeoutMs`, with bounds in which it is with the probability
   * `confidence`. Exact, and sooner, when all partitions are done before. @throws StreamError RT_CONFIDENCE
   */
  async sumApprox(
    this: RDD<number>,
    timeoutMs: number,
    confidence = 0.95,
  ): Promise<PartialResult<BoundedDouble>> {
    const evaluator = new SumEvaluator(this.getNumPartitions(), checkConfidence(confidence));
    return this.#statsApprox(evaluator, timeoutMs);
  }

  /** The {@link mean} in the same way. @throws StreamError RT_CONFIDENCE */
  async meanApprox(
    this: RDD<number>,
    timeoutMs: number,
    confidence = 0.95,
  ): Promise<PartialResult<BoundedDouble>> {
    const evaluator = new MeanEvaluator(this.getNumPartitions(), checkConfidence(confidence));
    return this.#statsApprox(evaluator, timeoutMs);
  }

  /** 0 when there is none. */
  async mean(this: RDD<number>): Promise<number> {
    return (await this.stats()).mean;
  }

  /** Of the numbers as a whole population; NaN when there is none. */
  async variance(this: RDD<number>): Promise<number> {
    return (await this.stats()).variance;
  }

  /** Square root of the {@link variance}. */
  async stdev(this: RDD<number>): Promise<number> {
    return (await this.stats()).stdev;
  }

  /** The {@link variance}, by the name that says of what. */
  async popVariance(this: RDD<number>): Promise<number> {
    return (await this.stats()).popVariance;
  }

  /** The {@link stdev}, by the name that says of what. */
  async popStdev(this: RDD<number>): Promise<number> {
    return (await this.stats()).popStdev;
  }

  /** Estimated for the population that the numbers are a sample of; NaN for fewer than two. */
  async sampleVariance(this: RDD<number>): Promise<number> {
    return (await this.stats()).sampleVariance;
  }

  /** Square root of the {@link sampleVariance}. */
  async sampleStdev(this: RDD<number>): Promise<number> {
    return (await this.stats()).sampleStdev;
  }

  /**
   * How many numbers are in each bucket between ascending edges: from an edge up to, not with, the next; the last one
   * with its edge. Numbers outside are in none, and NaN too unless it is the last edge. @throws StreamError RT_BUCKETS
   */
  async histogram(this: RDD<number>, edges: readonly number[]): Promise<number[]>;
  /**
   * The same with that many buckets of one width from the least number to the greatest.
   * @returns the edges and the counts. @throws StreamError RT_BUCKETS, also without numbers or with an infinite one
   */
  async histogram(this: RDD<number>, buckets: number): Promise<[edges: number[], counts: number[]]>;
  async histogram(
    this: RDD<number>,
    buckets: number | readonly number[],
  ): Promise<number[] | [number[], number[]]> {
    if (typeof buckets !== "number") {
      checkEdges(buckets);
      return this.#histogram(buckets);
    }
    const { min, max } = await this.stats();
    const edges = evenEdges(min, max, buckets);
    return [edges, await this.#histogram(edges)];
  }

  #statsApprox(
    evaluator: Evaluator<PlainStats, BoundedDouble>,
    timeoutMs: number,
  ): Promise<PartialResult<BoundedDouble>> {
    const stats = this.perPartition<PlainStats>("stats", []);
    const of = async (partition: number) =>
      (await stats.collectPartition(partition))[0] ?? new StatCounter().toPlain();
    return approximately(this.getNumPartitions(), of, evaluator, timeoutMs);
  }

  async #histogram(edges: readonly number[]): Promise<number[]> {
    const partials = await this.partials<number[]>("histogram", [], { edges: [...edges] });
    return edges.slice(1).map((_, i) => partials.reduce((sum, counts) => sum + (counts[i] ?? 0), 0));
  }
}

takes(DoubleRDDFunctions.prototype, {
  sumApprox: { timeoutMs: TIMEOUT_MS, confidence: optional(NUMBER) },
  meanApprox: { timeoutMs: TIMEOUT_MS, confidence: optional(NUMBER) },
  histogram: {
    buckets: either("RT_BUCKETS", "a number of buckets, or an array of their edges", NUMBER, NUMBERS),
  },
});
