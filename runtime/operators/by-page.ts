import type { SidedPairs } from "../rows/column-batch.js";

interface Gathered {
  side: number;
  keys: unknown[];
  values: unknown[];
  length: number;
  hashes?: number[];
}

/** Pairs taken apart by what `pageOf` gives for their keys, those of a page in their order. */
export function byPage<Page>(
  sided: readonly SidedPairs[],
  pageOf: (key: unknown, hash: number | undefined) => Page,
): Map<Page, SidedPairs[]> {
  const pages = new Map<Page, SidedPairs[]>();
  for (const { side, keys, values, length, hashes } of sided) {
    const gathered = new Map<Page, Gathered>();
    for (let i = 0; i < length; i++) {
      const page = pageOf(keys[i], hashes?.[i]);
      let own = gathered.get(page);
      if (own === undefined) {
        own = { side, keys: [], values: [], length: 0, ...(hashes && { hashes: [] }) };
        gathered.set(page, own);
      }
      own.keys.push(keys[i]);
      own.values.push(values[i]);
      own.hashes?.push(hashes?.[i] as number);
      own.length += 1;
    }
    for (const [page, { hashes: own, ...pairs }] of gathered) {
      const all = pages.get(page) ?? [];
      pages.set(page, all);
      all.push({ ...pairs, ...(own && { hashes: Int32Array.from(own) }) });
    }
  }
  return pages;
}
