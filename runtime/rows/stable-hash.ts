import { canonicalKey, isPrimitiveKey } from "./key.js";

/**
 * A hash of a key's value: the same in every thread, every process and every run, since the partition of a key decides
 * where its state lives. Equal keys (see key.ts) hash alike. FNV-1a over UTF-16 units, then murmur3's finaliser, so
 * that the low bits are good enough to take a remainder of.
 * @returns an unsigned 32-bit integer
 */
export function stableHash(key: unknown): number {
  if (typeof key === "string") return hashText(key);
  if (typeof key === "number") return hashNumber(key);
  return hashText(isPrimitiveKey(key) ? `${typeof key}:${String(key)}` : canonicalKey(key));
}

/** Another hash of the value, which has nothing to do with the first: both together are one of 64 bits. */
export function secondHash(key: unknown): number {
  if (typeof key === "number") return hashText(Object.is(key, -0) ? "0" : String(key), SECOND_BASIS);
  if (typeof key === "string") return hashText(key, SECOND_BASIS ^ 1);
  return hashText(isPrimitiveKey(key) ? `${typeof key}:${String(key)}` : canonicalKey(key), SECOND_BASIS ^ 2);
}

/** The partition, of `count`, that owns a key. */
export function partitionOf(key: unknown, count: number): number {
  return stableHash(key) % count;
}

/**
 * A place among `count` for keys that share a partition. Independent of {@link partitionOf}, and of the same at another
 * level: what one of them left together, the next takes apart.
 */
export function subPartitionOf(key: unknown, level: number, count: number): number {
  return finish(stableHash(key) ^ Math.imul(level + 1, 0x9e3779b9)) % count;
}

/** A place among 2 ** `bits` for a key of this {@link stableHash}: independent of all others that are made of it. */
export function pageOf(hash: number, bits: number): number {
  return finish(hash ^ PAGE_SALT) & (2 ** bits - 1);
}

const PAGE_SALT = 0x5bd1e995;

const FIRST_BASIS = 0x811c9dc5;
const SECOND_BASIS = 0x27d4eb2f;

function hashText(text: string, basis = FIRST_BASIS): number {
  let hash = basis;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return finish(hash);
}

const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);

/** Of the bits of a number: the only one of which there are several is NaN, whose sign the processor sets as it likes. */
const NAN_HASH = 0x6402f85;

function hashNumber(value: number): number {
  if (Number.isInteger(value) && Math.abs(value) < 0x80000000) return finish(value | 0);
  if (Number.isNaN(value)) return NAN_HASH;
  float[0] = value;
  return finish(Math.imul(words[0] ?? 0, 31) ^ (words[1] ?? 0));
}

function finish(hash: number): number {
  let h = hash;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
