/**
 * The row of each of many numbers: rows are given in the order in which the numbers first come. -0 is 0, NaN is NaN, as keys
 * are compared everywhere.
 *
 * Open addressing, with the number itself beside its row: where a table of any keys looks at a hash and then at the key
 * elsewhere in memory, this one looks at one place. With a million numbers that do not fit in the processor's cache the
 * looks are what takes the time.
 */
export class NumberRows {
  /** Each number once, by its row. */
  readonly numbers: number[] = [];
  #numbers: Float64Array;
  /** Row + 1 of the number at the same place, 0 where there is none. */
  #rows: Int32Array;
  #shift: number;

  /** @param expected about how many different numbers will come: with more the table grows */
  constructor(expected: number) {
    const bits = Math.max(4, Math.ceil(Math.log2(2 * Math.max(1, expected))));
    this.#shift = 32 - bits;
    this.#numbers = new Float64Array(2 ** bits);
    this.#rows = new Int32Array(2 ** bits);
  }

  /** The row of each number of a column; those that are new get the next rows. */
  of(column: Float64Array): Int32Array {
    const result = new Int32Array(column.length);
    for (let i = 0; i < column.length; i++) {
      if (2 * this.numbers.length >= this.#rows.length) this.#grow();
      const number = column[i] as number;
      const at = place(this.#numbers, this.#rows, number, this.#shift);
      if (this.#rows[at] === 0) {
        this.#numbers[at] = number;
        this.#rows[at] = this.numbers.push(number);
      }
      result[i] = (this.#rows[at] as number) - 1;
    }
    return result;
  }

  #grow(): void {
    this.#shift -= 1;
    this.#numbers = new Float64Array(2 * this.#numbers.length);
    this.#rows = new Int32Array(this.#numbers.length);
    for (const [row, number] of this.numbers.entries()) {
      const at = place(this.#numbers, this.#rows, number, this.#shift);
      this.#numbers[at] = number;
      this.#rows[at] = row + 1;
    }
  }
}

/** Where a number is, or would be. */
function place(numbers: Float64Array, rows: Int32Array, number: number, shift: number): number {
  const last = rows.length - 1;
  let at = homeOf(number, shift);
  while (rows[at] !== 0 && !isSame(numbers[at] as number, number)) at = (at + 1) & last;
  return at;
}

function isSame(a: number, b: number): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}

const float = new Float64Array(1);
const words = new Int32Array(float.buffer);

/** The high bits of a product: the numbers of one partition share the remainder of another hash. */
function homeOf(number: number, shift: number): number {
  const whole = number | 0;
  if (whole === number) return Math.imul(whole, 0x9e3779b1) >>> shift;
  // There are several, of other bits: what 0 / 0 gives is not Number.NaN.
  if (Number.isNaN(number)) return 0;
  float[0] = number;
  const mixed = Math.imul(words[0] as number, 0x85ebca6b) ^ (words[1] as number);
  return Math.imul(mixed, 0x9e3779b1) >>> shift;
}
