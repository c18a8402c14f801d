import { StreamError } from "../stream-error.js";

/** The fraction of each key's pairs that a sample by key takes; an object for keys that are strings. */
export type Fractions<K> = ReadonlyMap<K, number> | (K extends string ? Readonly<Record<K, number>> : never);

/** As they travel. @throws StreamError RT_FRACTION */
export function toFractions<K>(fractions: Fractions<K>, withReplacement: boolean): [unknown, number][] {
  const list: [unknown, number][] =
    fractions instanceof Map ? [...fractions] : Object.entries(fractions as Record<string, number>);
  for (const [, fraction] of list) checkFraction(fraction, withReplacement);
  return list;
}

/** @throws StreamError RT_FRACTION when it is negative or infinite, or above 1 without replacement */
export function checkFraction(fraction: number, withReplacement: boolean): void {
  if (fraction >= 0 && fraction <= (withReplacement ? Number.MAX_VALUE : 1)) return;
  const range = withReplacement
    ? "a finite number of at least 0"
    : "from 0 to 1 (above 1 only with replacement)";
  throw new StreamError("RT_FRACTION", `a fraction of a sample is ${range}, not ${fraction}`);
}

/**
 * Where the part of each weight begins and ends, of all from 0 to 1.
 * @throws StreamError RT_WEIGHTS
 */
export function evenParts(weights: readonly number[]): [from: number, to: number][] {
  const sum = weights.reduce((a, b) => a + b, 0);
  if (!weights.every((weight) => weight >= 0) || !(sum > 0 && sum < Number.POSITIVE_INFINITY)) {
    throw new StreamError(
      "RT_WEIGHTS",
      `weights are at least 0 and their sum is above 0 and finite, not [${weights.join(", ")}]`,
    );
  }
  let end = 0;
  return weights.map((weight, i) => {
    const from = end / sum;
    end += weight;
    // Sums of fractions may end before 1: the last part takes what is left.
    return [from, i === weights.length - 1 ? 1 : end / sum];
  });
}

/**
 * A fraction by which a sample has at least so many of so many records, but once in ten thousand times: Spark's bounds
 * (`SamplingUtils`), from Chernoff's for tries without replacement and from the normal one for those with.
 */
export function fractionFor(wanted: number, all: number, withReplacement: boolean): number {
  if (withReplacement) {
    const deviations = wanted < 6 ? 12 : wanted < 16 ? 9 : 6;
    return Math.max(wanted + deviations * Math.sqrt(wanted), 1e-10) / all;
  }
  const fraction = wanted / all;
  const gamma = -Math.log(1e-4) / all;
  return Math.min(1, fraction + gamma + Math.sqrt(gamma * gamma + 2 * gamma * fraction));
}
