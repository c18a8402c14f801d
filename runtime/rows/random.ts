import { stableHash } from "./stable-hash.js";

/**
 * Random numbers from a seed: the same in every thread and run, so that a partition that is computed again gives the same
 * sample. Chris Doty-Humphrey's sfc32.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  /** @param stream numbers of the same seed and another stream have nothing to do with these: one for each partition */
  constructor(seed: number, stream = 0) {
    this.#a = stableHash(seed);
    this.#b = stableHash(stream);
    this.#c = stableHash(`${seed}:${stream}`);
    for (let i = 0; i < 12; i++) this.bits();
  }

  /** An unsigned 32-bit integer. */
  bits(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    this.#c |= 0;
    return sum >>> 0;
  }

  /** From 0 up to, not with, 1, in steps of 2^-53. */
  next(): number {
    return (this.bits() * 0x200000 + (this.bits() >>> 11)) / 0x20000000000000;
  }

  /** A whole number from 0 up to, not with, `n`. */
  below(n: number): number {
    return Math.floor(this.next() * n);
  }

  /** How often something happens that happens `mean` times on average. */
  poisson(mean: number): number {
    let times = 0;
    // e^-mean must not vanish: the sum of two Poisson numbers is one of the sum of their means.
    for (let rest = mean; rest > 0; rest -= MEAN_AT_ONCE) {
      const part = Math.min(rest, MEAN_AT_ONCE);
      times += this.#invert(Math.exp(-part), (k) => part / k);
    }
    return times;
  }

  /** How many of `n` tries succeed, each with this chance. */
  binomial(n: number, chance: number): number {
    if (chance >= 1) return n;
    const odds = chance / (1 - chance);
    const atOnce = Math.max(1, Math.floor(MEAN_AT_ONCE / chance));
    let times = 0;
    for (let rest = n; rest > 0; rest -= atOnce) {
      const tries = Math.min(rest, atOnce);
      times += this.#invert((1 - chance) ** tries, (k) => ((tries - k + 1) / k) * odds);
    }
    return times;
  }

  /** Puts the elements in a random order, in place (Fisher and Yates). */
  shuffle<T>(list: T[]): T[] {
    for (let last = list.length - 1; last > 0; last--) {
      const at = this.below(last + 1);
      const moved = list[last] as T;
      list[last] = list[at] as T;
      list[at] = moved;
    }
    return list;
  }

  /**
   * By inversion: the first whole number whose chance, with those of all before, is more than a random one.
   * @param none the chance of 0
   * @param ratio the chance of `k` divided by that of `k - 1`
   */
  #invert(none: number, ratio: (k: number) => number): number {
    let k = 0;
    let chance = none;
    for (let rest = this.next() - chance; rest >= 0 && chance > 0; rest -= chance) {
      k++;
      chance *= ratio(k);
    }
    return k;
  }
}

/** Means up to this have a chance of 0 that a number can hold. */
const MEAN_AT_ONCE = 500;

/** A seed for whoever gives none. */
export function anySeed(): number {
  return Math.floor(Math.random() * 0x20000000000000);
}
