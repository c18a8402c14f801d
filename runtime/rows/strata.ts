import { StreamError } from "../stream-error.js";
import { KeyTable } from "./key-table.js";
import type { Random } from "./random.js";
import { short } from "./short-text.js";
import { times } from "./times.js";

/** The fraction of each key's pairs that a sample takes. */
export class Fractions {
  readonly #table = new KeyTable<number>();

  constructor(fractions: readonly (readonly [key: unknown, fraction: number])[]) {
    for (const [key, fraction] of fractions) this.#table.merge(key, fraction, (_old, last) => last);
  }

  /** As many elements as the sample takes this pair. @throws StreamError RT_FRACTION when there is none for the key */
  times(key: unknown, random: Random, withReplacement: boolean): Iterable<unknown> {
    const fraction = this.#table.get(key);
    if (fraction === undefined) throw noFraction(key);
    return times(withReplacement ? random.poisson(fraction) : Number(random.next() < fraction));
  }
}

/** How many of the pairs of each key a sample takes from a partition. */
export class Urns {
  readonly #table = new KeyTable<{ left: number; wanted: number }>();

  constructor(urns: readonly (readonly [key: unknown, pairs: number, wanted: number])[]) {
    for (const [key, left, wanted] of urns) this.#table.insert(key, { left, wanted });
  }

  /**
   * As many elements as the sample takes this pair. Without replacement by Knuth's selection sampling: with the chance
   * that the pairs still wanted have among those still to come.
   */
  times(key: unknown, random: Random, withReplacement: boolean): Iterable<unknown> {
    const urn = this.#table.get(key);
    if (urn === undefined) throw noFraction(key);
    const taken = withReplacement
      ? random.binomial(urn.wanted, 1 / urn.left)
      : Number(random.next() * urn.left < urn.wanted);
    urn.left--;
    urn.wanted -= taken;
    return times(taken);
  }
}

function noFraction(key: unknown): StreamError {
  return new StreamError(
    "RT_FRACTION",
    `the fractions of a sample by key have none for the key ${short(key)}`,
  );
}
