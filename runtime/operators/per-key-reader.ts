import { type Bucket, bytesOf, pairsOf } from "../pool/bucket.js";
import { eachTime, type Merged, type ReadCall, type Reader } from "../pool/reader.js";
import type { SidedPairs } from "../rows/column-batch.js";
import { storedResult } from "./stored-result.js";
import { fittingParts } from "./sub-partitions.js";

/** Makes chunks of pairs, among which all pairs are of each key that there is. It changes none of them. */
export type MakeChunks = (pairs: SidedPairs[], call: ReadCall) => Merged;

/**
 * Reads what is made of each key by itself. A partition that does not fit in memory is taken apart by key on disk, and
 * its parts are read one after the other, each time the result is gone through.
 */
export function perKey(make: MakeChunks): Reader {
  return {
    keyed: true,
    read(buckets, call) {
      const { room } = call;
      const parts = fittingParts(buckets, room);
      if (parts[0] !== buckets) room.bucketsDone();
      else if (room.keep(bytesOf(buckets))) {
        const made = make(load(buckets), call);
        room.bucketsDone();
        return made;
      }
      return chunks(parts, make, call);
    },
  };
}

/** The same, of functions of the user: they are called once, and what they made is kept. */
export function perKeyOnce(make: MakeChunks): Reader {
  return {
    keyed: true,
    read(buckets, call) {
      const { room } = call;
      const parts = fittingParts(buckets, room);
      const made = chunks(parts, make, call);
      const result = parts.length === 1 && room.keep(bytesOf(buckets)) ? [...made] : storedResult(made, call);
      room.bucketsDone();
      return result;
    },
  };
}

function chunks(parts: (readonly Bucket[])[], make: MakeChunks, call: ReadCall): Merged {
  return eachTime(function* () {
    for (const part of parts) {
      call.room.checkCancelled();
      yield* make(load(part), call);
    }
  });
}

function load(buckets: readonly Bucket[]): SidedPairs[] {
  return buckets.flatMap((bucket) => [...pairsOf(bucket)]);
}
