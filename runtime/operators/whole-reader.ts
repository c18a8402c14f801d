import { pairsOf } from "../pool/bucket.js";
import type { Merged, ReadCall, Reader } from "../pool/reader.js";
import type { SidedPairs } from "../rows/column-batch.js";

/** Reads a partition that is in memory as a whole, whatever its size: for what is small, and for state that is in memory anyway. */
export function whole(read: (pairs: SidedPairs[], call: ReadCall) => Merged): Reader {
  return {
    keyed: false,
    read(buckets, call) {
      const merged = read(
        buckets.flatMap((bucket) => [...pairsOf(bucket)]),
        call,
      );
      call.room.bucketsDone();
      return merged;
    },
  };
}
