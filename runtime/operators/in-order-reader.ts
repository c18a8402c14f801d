import { pairsOf } from "../pool/bucket.js";
import { type Chunk, eachTime, type Reader } from "../pool/reader.js";
import type { SidedPairs } from "../rows/column-batch.js";

/** Reads the pairs of a partition as they came, a chunk at a time: nothing is merged, nothing copied. */
export function inOrder(chunkOf: (pairs: SidedPairs) => Chunk): Reader {
  return {
    keyed: false,
    read: (buckets, { room }) =>
      eachTime(function* () {
        for (const bucket of buckets) {
          for (const pairs of pairsOf(bucket)) {
            room.checkCancelled();
            yield chunkOf(pairs);
          }
        }
      }),
  };
}
