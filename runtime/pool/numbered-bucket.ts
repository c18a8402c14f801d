import type { Column } from "../rows/column-batch.js";
import type { KeyIds, NumberedKeys } from "../rows/numbered-keys.js";
import type { MemoryBucket } from "./bucket.js";

/** A bucket whose keys are known by number: {@link NumberedKeys}. */
export class NumberedBucket implements MemoryBucket {
  constructor(
    readonly numbered: NumberedKeys,
    readonly values: Column,
    readonly side: number,
    readonly bytes: number,
  ) {}

  get length(): number {
    return this.values.length;
  }

  get keys(): unknown[] {
    return this.numbered.keys;
  }

  get hashes(): Int32Array {
    return this.numbered.hashes;
  }

  get known(): KeyIds | undefined {
    return this.numbered.known;
  }
}
