import { compareRows } from "./order.js";

/** Comes before 0, is equal at 0, comes after above 0: as `Array.sort` takes it. */
export type Compare<T> = (a: T, b: T) => number;

/** Keeps the `limit` first of all rows it is given, by an order; equal ones in the order in which they came. */
export class Smallest<T> {
  #rows: T[] = [];

  constructor(
    private readonly limit: number,
    private readonly compare: Compare<T> = compareRows,
  ) {}

  /** Sorts once in a while: each row costs the logarithm of the limit. */
  add(row: T): void {
    if (this.#rows.push(row) >= 2 * this.limit + ROOM) this.#cut();
  }

  /** The rows, first first. */
  rows(): T[] {
    this.#cut();
    return this.#rows;
  }

  #cut(): void {
    this.#rows = this.#rows.sort(this.compare).slice(0, this.limit);
  }
}

const ROOM = 1000;
