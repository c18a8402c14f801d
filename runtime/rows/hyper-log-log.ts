import { StreamError } from "../stream-error.js";
import { secondHash, stableHash } from "./stable-hash.js";

/**
 * HyperLogLog: the number of distinct values in 2^p bytes, whatever they are and however many (Flajolet et al., 2007), over
 * a hash of 64 bits. A sketch is its registers, plain bytes, so that it travels as it is; sketches of the same length are
 * joined register by register.
 */
export type Sketch = Uint8Array;

const LEAST_BITS = 4;
const MOST_BITS = 24;
const MOST_SPARSE_BITS = 32;

/** The bits of register numbers for a relative standard deviation of the estimate: Spark's rule. @throws StreamError RT_ACCURACY */
export function bitsFor(relativeSD: number): number {
  const bits = Math.max(LEAST_BITS, Math.ceil(2 * Math.log2(1.054 / relativeSD)));
  if (relativeSD > 0 && bits <= MOST_BITS) return bits;
  throw new StreamError(
    "RT_ACCURACY",
    `a relative standard deviation is at least 0.00026, for a sketch of 16 MB, not ${relativeSD}`,
  );
}

/**
 * @param sparse bits of Spark's sketches of few values, which are not made here; 0 for none
 * @throws StreamError RT_ACCURACY when there are too few bits, more than fit in memory, or more than `sparse`, as in Spark
 */
export function checkBits(bits: number, sparse: number): number {
  if (sparse !== 0 && !(sparse >= bits && sparse <= MOST_SPARSE_BITS))
    throw new StreamError(
      "RT_ACCURACY",
      `sp is 0, or from p to ${MOST_SPARSE_BITS}: p is ${bits} and sp ${sparse}`,
    );
  if (Number.isInteger(bits) && bits >= LEAST_BITS && bits <= MOST_BITS) return bits;
  throw new StreamError(
    "RT_ACCURACY",
    `a sketch has from 2^${LEAST_BITS} to 2^${MOST_BITS} registers, not 2^${bits}`,
  );
}

/** A sketch of no values. */
export function newSketch(bits: number): Sketch {
  return new Uint8Array(2 ** bits);
}

/** Adds a value. @returns the same sketch */
export function addToSketch(sketch: Sketch, value: unknown): Sketch {
  const bits = Math.log2(sketch.length);
  const hash = stableHash(value);
  // Where the first one stands in the bits that do not name the register: those of the second hash, then what is left.
  const second = secondHash(value);
  const rank = second !== 0 ? Math.clz32(second) + 1 : 33 + Math.min(Math.clz32(hash << bits), 32 - bits);
  const register = hash >>> (32 - bits);
  if (rank > (sketch[register] ?? 0)) sketch[register] = rank;
  return sketch;
}

/** A sketch of the values of both. */
export function joinSketches(a: Sketch, b: Sketch): Sketch {
  const joined = a.slice();
  for (let register = 0; register < joined.length; register++) {
    const rank = b[register] as number;
    if (rank > (joined[register] as number)) joined[register] = rank;
  }
  return joined;
}

/**
 * The number of values: Ertl's improved estimator ("New cardinality estimation algorithms for HyperLogLog sketches", 2017,
 * algorithm 6), which needs no table of corrections for small numbers.
 */
export function estimateDistinct(sketch: Sketch): number {
  const size = sketch.length;
  const most = 65 - Math.log2(size);
  const counts = new Array<number>(most + 1).fill(0);
  for (const rank of sketch) counts[Math.min(rank, most)] = (counts[Math.min(rank, most)] ?? 0) + 1;
  let z = size * tau(1 - (counts[most] ?? 0) / size);
  for (let rank = most - 1; rank >= 1; rank--) z = (z + (counts[rank] ?? 0)) / 2;
  z += size * sigma((counts[0] ?? 0) / size);
  return Math.round((size * size) / (2 * Math.LN2 * z));
}

function sigma(share: number): number {
  if (share === 1) return Number.POSITIVE_INFINITY;
  let x = share;
  let sum = x;
  for (let y = 1, before = -1; sum !== before; y += y) {
    before = sum;
    x *= x;
    sum += x * y;
  }
  return sum;
}

function tau(share: number): number {
  if (share === 0 || share === 1) return 0;
  let x = share;
  let sum = 1 - x;
  for (let y = 1, before = -1; sum !== before; ) {
    before = sum;
    x = Math.sqrt(x);
    y /= 2;
    sum -= (1 - x) ** 2 * y;
  }
  return sum / 3;
}
