/**
 * The row of each of many whole numbers that lie close together, such as ids that were counted up: an array with a place for
 * each number between the least and the greatest, where {@link NumberRows} would have to look for a place. Rows are given in the
 * order in which the numbers first come.
 */
export class DenseRows {
  /** Each number once, by its row. */
  readonly numbers: number[] = [];
  readonly #least: number;
  /** Row + 1 of each number, 0 for those that have not come. */
  readonly #rows: Int32Array;

  /** @param range from the least to the greatest number that will come */
  constructor({ least, greatest }: NumberRange) {
    this.#least = least;
    this.#rows = new Int32Array(greatest - least + 1);
  }

  /** The row of each number of a column; those that are new get the next rows. */
  of(column: Float64Array): Int32Array {
    const rows = this.#rows;
    const least = this.#least;
    const result = new Int32Array(column.length);
    for (let i = 0; i < column.length; i++) {
      const number = column[i] as number;
      let row = rows[number - least] as number;
      if (row === 0) {
        row = this.numbers.push(number);
        rows[number - least] = row;
      }
      result[i] = row - 1;
    }
    return result;
  }
}

export interface NumberRange {
  least: number;
  greatest: number;
}

/** The range of whole numbers of 32 bits; undefined when there are others, or none at all. */
export function wholeRange(columns: readonly Float64Array[]): NumberRange | undefined {
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  for (const column of columns) {
    for (let i = 0; i < column.length; i++) {
      const number = column[i] as number;
      if ((number | 0) !== number) return undefined;
      if (number < least) least = number;
      if (number > greatest) greatest = number;
    }
  }
  return greatest < least ? undefined : { least, greatest };
}
