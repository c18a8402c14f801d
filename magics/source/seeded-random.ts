/** mulberry32: small, fast, and good enough for a demonstration. Numbers in [0, 1). */
export function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A number around 0, most often within ±1: the sum of three even ones, which is near enough to a normal distribution. */
export function aroundZero(random: () => number): number {
  return (random() + random() + random()) * 2 - 3;
}

/** One of `count` places, the first ones far more often, as in Zipf's law. */
export function popularPlace(random: () => number, count: number): number {
  return Math.min(count, Math.floor((count + 1) ** random())) - 1;
}
