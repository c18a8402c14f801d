/**
 * Rows of a table in the order in which they were last touched: a list linked through two typed arrays, so that a touch, and
 * finding the rows that were not touched for longest, cost the same however many rows there are.
 */
export class TouchOrder {
  /** Neighbours of each row, and of the list's two ends in the place before the first row: + 1, so that 0 is the end. */
  #before = new Uint32Array(FIRST_ROOM);
  #after = new Uint32Array(FIRST_ROOM);

  /** The row that was not touched for longest; undefined when there is none. */
  oldest(): number | undefined {
    const first = this.#after[0] as number;
    return first === 0 ? undefined : first - 1;
  }

  /** The row touched next after this one; undefined for the newest. */
  next(row: number): number | undefined {
    const next = this.#after[row + 1] as number;
    return next === 0 ? undefined : next - 1;
  }

  /** Adds a row as the newest. */
  add(row: number): void {
    if (row + 1 >= this.#before.length) this.#grow(row + 2);
    const newest = this.#before[0] as number;
    this.#link(newest, row + 1);
    this.#link(row + 1, 0);
  }

  /** Adds a row as the oldest. */
  addOldest(row: number): void {
    if (row + 1 >= this.#before.length) this.#grow(row + 2);
    const oldest = this.#after[0] as number;
    this.#link(row + 1, oldest);
    this.#link(0, row + 1);
  }

  /** The row is the newest now. */
  touch(row: number): void {
    this.#cut(row);
    this.add(row);
  }

  /** Takes a row out; the row `last` goes by its number from now on, as in a table that keeps its rows dense. */
  delete(row: number, last: number): void {
    this.#cut(row);
    if (row === last) return;
    const [before, after] = [this.#before[last + 1] as number, this.#after[last + 1] as number];
    this.#link(before, row + 1);
    this.#link(row + 1, after);
  }

  #cut(row: number): void {
    this.#link(this.#before[row + 1] as number, this.#after[row + 1] as number);
  }

  #link(before: number, after: number): void {
    this.#after[before] = after;
    this.#before[after] = before;
  }

  #grow(places: number): void {
    const length = Math.max(places, 2 * this.#before.length);
    const grown = (old: Uint32Array<ArrayBuffer>) => {
      const array = new Uint32Array(length);
      array.set(old);
      return array;
    };
    this.#before = grown(this.#before);
    this.#after = grown(this.#after);
  }
}

const FIRST_ROOM = 16;
