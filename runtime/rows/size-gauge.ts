import { bytesPerRow } from "./heap-bytes.js";

/** Columns that grow. */
interface Growing {
  readonly keys: ArrayLike<unknown>;
  readonly values: ArrayLike<unknown>;
}

/**
 * Tells when growing columns have outgrown a limit, without a look at each record: it names the number of records after
 * which to look again, twice as many each time while there is room (after Spark's SizeTracker), fewer near the limit.
 */
export class SizeGauge {
  /** Records taken in before the next {@link look}. */
  room: number;
  /** Bytes at the last look. */
  bytes = 0;
  #records = 0;

  /** @param overheadBytes what each row costs beside its two columns: the index of a table */
  constructor(
    private readonly limitBytes: number,
    private readonly overheadBytes = 0,
  ) {
    this.room = this.#first();
  }

  /**
   * Looks at the columns, or at some rows of them, when `room` more records were taken in.
   * @param rows how many there are in all
   * @returns whether they take more than the limit
   */
  look({ keys, values }: Growing, rows = keys.length): boolean {
    const each = bytesPerRow(keys, values, keys.length) + this.overheadBytes;
    this.bytes = each * rows;
    this.#records += this.room;
    const left = Math.floor((this.limitBytes - this.bytes) / each);
    this.room = Math.max(1, Math.min(this.#records, Math.max(left, this.#records >> 3)));
    return this.bytes > this.limitBytes;
  }

  /** The columns were emptied. */
  reset(): void {
    this.#records = 0;
    this.bytes = 0;
    this.room = this.#first();
  }

  #first(): number {
    return Math.max(1, Math.min(FIRST_LOOK, Math.floor(this.limitBytes / LARGE_ROW)));
  }
}

const FIRST_LOOK = 16;
const LARGE_ROW = 256;

/** Bytes of an entry of a table's index. */
export const INDEX_BYTES = 48;
