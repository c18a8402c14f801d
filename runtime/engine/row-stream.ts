import type { Done } from "./done.js";

/** Takes the rows of one partition to whoever waits for them. */
export type GiveRows = (place: number, rows: unknown[]) => void;

/** With no more than that, one answer with all of them is quicker. */
const ROWS_IN_ONE = 1_000;
const BYTES_IN_ONE = 2 ** 20;

/**
 * The rows of an action on their way to the program: few of them go with its answer, many partition by partition as tasks
 * give them, so that they are not all here at the end.
 */
export class RowStream {
  #waiting: { place: number; done: Done }[] = [];
  #rows = 0;
  #bytes = 0;

  constructor(private readonly give: GiveRows) {}

  /** A task is done. What is given on is left in it no longer. */
  add(done: Done, place: number): void {
    const { result } = done;
    if (result === null || !("rows" in result)) return;
    this.#waiting.push({ place, done });
    this.#rows += result.rows.length;
    this.#bytes += result.bytes ?? 0;
    if (this.#rows <= ROWS_IN_ONE && this.#bytes <= BYTES_IN_ONE) return;
    for (const waiting of this.#waiting) this.#pass(waiting.done, waiting.place);
    this.#waiting = [];
  }

  #pass({ result }: Done, place: number): void {
    if (result === null || !("rows" in result) || result.rows.length === 0) return;
    this.give(place, result.rows);
    result.rows = [];
  }
}
