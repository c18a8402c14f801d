/**
 * When the key of each row was last touched, in ms. Many operators never say: as long as all times are 0, none is kept, and nothing is
 * done for a row that changes.
 */
export class TouchTimes {
  /** By row. */
  #times: number[] | undefined;

  /** @param table of the rows there are */
  constructor(private readonly table: { readonly size: number }) {}

  /** Whether a row may have another time than 0. */
  get areKept(): boolean {
    return this.#times !== undefined;
  }

  of(row: number): number {
    return this.#times === undefined ? 0 : (this.#times[row] as number);
  }

  /** @param row one that is in the table */
  set(row: number, timeMs: number): void {
    if (this.#times === undefined && timeMs === 0) return;
    this.#times ??= new Array<number>(this.table.size).fill(0);
    this.#times[row] = timeMs;
  }

  /** The last row goes, or takes the place of another. */
  deleteRow(row: number, last: number): void {
    const time = this.#times?.pop();
    if (time !== undefined && row !== last) this.set(row, time);
  }

  /** There are no rows from `size` on. */
  cut(size: number): void {
    if (this.#times !== undefined && this.#times.length > size) this.#times.length = size;
  }

  /** Of all rows; not to be changed. */
  all(): ArrayLike<number> {
    return this.#times ?? new Float64Array(this.table.size);
  }

  /** Of some rows. */
  some(rows: Int32Array): Float64Array {
    const some = new Float64Array(rows.length);
    const times = this.#times;
    if (times === undefined) return some;
    for (let i = 0; i < rows.length; i++) some[i] = times[rows[i] as number] as number;
    return some;
  }
}
