import { normalQuantile, poissonQuantile, studentQuantile } from "../rows/distributions.js";
import { KeyTable } from "../rows/key-table.js";
import { type PlainStats, StatCounter } from "../rows/stat-counter.js";
import { StreamError } from "../stream-error.js";

/** A number that is not known exactly: it is from `low` to `high` with a probability of `confidence`. */
export interface BoundedDouble {
  readonly mean: number;
  /** 1 when the number is exact, 0 when nothing is known of it. */
  readonly confidence: number;
  readonly low: number;
  readonly high: number;
}

/** Puts together what partitions give, and says at any time what follows from those that are there. */
export interface Evaluator<P, R> {
  merge(partial: P): void;
  current(): R;
}

/** What is known of all partitions from some of them, by the class of the same name in Spark's `partial` package. */
abstract class PartEvaluator<P, R> implements Evaluator<P, R> {
  #merged = 0;

  constructor(
    private readonly partitions: number,
    protected readonly confidence: number,
  ) {}

  merge(partial: P): void {
    this.#merged++;
    this.add(partial);
  }

  current(): R {
    return this.#merged === this.partitions ? this.exact() : this.bounded(this.#merged / this.partitions);
  }

  protected abstract add(partial: P): void;
  protected abstract exact(): R;
  /** @param part of the partitions are there */
  protected abstract bounded(part: number): R;
}

/** The number of records. */
export class CountEvaluator extends PartEvaluator<number, BoundedDouble> {
  #sum = 0;

  protected add(count: number): void {
    this.#sum += count;
  }

  protected exact(): BoundedDouble {
    return exactly(this.#sum);
  }

  protected bounded(part: number): BoundedDouble {
    return countBounds(this.#sum, part, this.confidence);
  }
}

/** The numbers of records of each value. */
export class GroupedCountEvaluator<T> extends PartEvaluator<[T, number][], Map<T, BoundedDouble>> {
  readonly #sums = new KeyTable<number>();

  protected add(counts: [T, number][]): void {
    for (const [value, count] of counts) this.#sums.merge(value, count, (a, b) => a + b);
  }

  protected exact(): Map<T, BoundedDouble> {
    return this.#each(exactly);
  }

  protected bounded(part: number): Map<T, BoundedDouble> {
    return this.#each((sum) => countBounds(sum, part, this.confidence));
  }

  #each(bounds: (sum: number) => BoundedDouble): Map<T, BoundedDouble> {
    const { keys, values } = this.#sums;
    return new Map(keys.map((key, i) => [key as T, bounds(values[i] ?? 0)]));
  }
}

/** The mean of numbers. */
export class MeanEvaluator extends PartEvaluator<PlainStats, BoundedDouble> {
  readonly #counter = new StatCounter();

  protected add(stats: PlainStats): void {
    this.#counter.merge(stats);
  }

  protected exact(): BoundedDouble {
    return exactly(this.#counter.mean);
  }

  protected bounded(): BoundedDouble {
    const { count, mean, sampleVariance } = this.#counter;
    if (count === 0) return NOTHING_KNOWN;
    if (count === 1) return { ...NOTHING_KNOWN, mean, confidence: this.confidence };
    return around(mean, Math.sqrt(sampleVariance / count), count, this.confidence);
  }
}

/** The sum of numbers: their mean times their number, each not known exactly. */
export class SumEvaluator extends PartEvaluator<PlainStats, BoundedDouble> {
  readonly #counter = new StatCounter();

  protected add(stats: PlainStats): void {
    this.#counter.merge(stats);
  }

  protected exact(): BoundedDouble {
    return exactly(this.#counter.sum);
  }

  protected bounded(part: number): BoundedDouble {
    const { count, mean, sampleVariance } = this.#counter;
    if (count === 0) return NOTHING_KNOWN;
    const all = (count + 1 - part) / part;
    const sum = mean * all;
    const meanVariance = sampleVariance / count;
    if (Number.isNaN(meanVariance)) return { ...NOTHING_KNOWN, mean: sum, confidence: this.confidence };
    const countVariance = ((count + 1) * (1 - part)) / (part * part);
    const variance = mean * mean * countVariance + all * all * meanVariance + meanVariance * countVariance;
    return around(sum, Math.sqrt(variance), count, this.confidence);
  }
}

/** @throws StreamError RT_CONFIDENCE */
export function checkConfidence(confidence: number): number {
  if (confidence >= 0 && confidence <= 1) return confidence;
  throw new StreamError("RT_CONFIDENCE", `a confidence is from 0 to 1, not ${confidence}`);
}

const NOTHING_KNOWN: BoundedDouble = {
  mean: 0,
  confidence: 0,
  low: Number.NEGATIVE_INFINITY,
  high: Number.POSITIVE_INFINITY,
};

function exactly(value: number): BoundedDouble {
  return { mean: value, confidence: 1, low: value, high: value };
}

/** Of what is not seen yet there are as many as a Poisson variable says whose rate is that of what was seen. */
function countBounds(seen: number, part: number, confidence: number): BoundedDouble {
  if (part === 0 || seen === 0) return { ...NOTHING_KNOWN, low: 0 };
  const rest = (seen * (1 - part)) / part;
  return {
    mean: seen + rest,
    confidence,
    low: seen + poissonQuantile(rest, (1 - confidence) / 2),
    high: seen + poissonQuantile(rest, (1 + confidence) / 2),
  };
}

/** Of few numbers by Student's t, of more than a hundred by the normal distribution, which is all but the same. */
function around(mean: number, deviation: number, count: number, confidence: number): BoundedDouble {
  const probability = (1 + confidence) / 2;
  const factor = count > 100 ? normalQuantile(probability) : studentQuantile(count - 1, probability);
  return { mean, confidence, low: mean - factor * deviation, high: mean + factor * deviation };
}
