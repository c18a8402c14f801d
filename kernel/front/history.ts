/** Inputs and results of the cells of this session, in memory. */

import type { HistoryAccess, HistoryEntry } from "../wire/history.js";
import { globPattern } from "./glob.js";

/** Oldest entries beyond this number are forgotten. */
export const HISTORY_ENTRIES = 10_000;

/** The number of a session that is not kept beyond the process: the first and only one. */
const SESSION = 1;

export class History {
  readonly #limit: number;
  #entries: HistoryEntry[] = [];

  constructor(limit = HISTORY_ENTRIES) {
    this.#limit = limit;
  }

  /** A cell begins to run. */
  add(line: number, input: string): void {
    this.#entries.push({ session: SESSION, line, input, output: undefined });
    if (this.#entries.length > this.#limit) this.#entries.shift();
  }

  /** The plain text of the result of cell `line`. */
  addOutput(line: number, output: string): void {
    const entry = this.#entries.findLast((candidate) => candidate.line === line);
    if (entry !== undefined) entry.output = output;
  }

  /** The entries asked for, oldest first; empty when there are none. */
  read(access: HistoryAccess): HistoryEntry[] {
    switch (access.type) {
      case "tail":
        return last(this.#entries, access.n);
      case "range":
        return this.#range(access.session, access.start, access.stop ?? Number.POSITIVE_INFINITY);
      case "search":
        return this.#search(access.pattern, access.unique, access.n);
    }
  }

  #range(session: number, start: number, stop: number): HistoryEntry[] {
    const wanted = session > 0 ? session : SESSION + session;
    return this.#entries.filter(
      (entry) => entry.session === wanted && entry.line >= start && entry.line < stop,
    );
  }

  #search(pattern: string, unique: boolean, n: number | undefined): HistoryEntry[] {
    const regexp = globPattern(pattern);
    const found = this.#entries.filter((entry) => regexp.test(entry.input));
    return last(unique ? latestOfEach(found) : found, n ?? found.length);
  }
}

function last<T>(entries: readonly T[], n: number): T[] {
  return n > 0 ? entries.slice(-n) : [];
}

/** Equal inputs once, the latest one, in order. */
function latestOfEach(entries: readonly HistoryEntry[]): HistoryEntry[] {
  const latest = new Map(entries.map((entry) => [entry.input, entry]));
  return entries.filter((entry) => latest.get(entry.input) === entry);
}
