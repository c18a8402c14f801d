/** Inputs and results of cells: those of this session in memory, those of earlier ones in a folder, if there is one. */

import type { HistoryAccess, HistoryEntry } from "../port/front-calls.js";
import type { Clock } from "./clock.js";
import { globPattern } from "./glob.js";
import type { HistoryFile, HistoryFolder, HistoryRecord } from "./history-folder.js";
import { type Log, messageOf } from "./log.js";

/** Oldest entries of this session beyond this number are forgotten. */
const HISTORY_ENTRIES = 10_000;
/** Longer texts (UTF-16 units) are remembered for this session only. */
const HISTORY_TEXT_UNITS = 100_000;
/** Entries are written together so long after the first of them: a cell's reply does not wait behind a write, nor is each one a write. */
export const HISTORY_DELAY_MS = 100;

type OwnEntry = Omit<HistoryEntry, "session">;

export class History {
  readonly #folder: HistoryFolder | undefined;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #limit: number;
  #entries: OwnEntry[] = [];
  #file: HistoryFile | undefined;
  #isKept: boolean;
  /** Not written yet. */
  #gathered: HistoryRecord[] = [];
  #writing: Promise<void> = Promise.resolve();

  /** Without `folder` nothing is kept beyond this session. */
  constructor(folder: HistoryFolder | undefined, clock: Clock, log: Log, limit = HISTORY_ENTRIES) {
    this.#folder = folder;
    this.#clock = clock;
    this.#log = log;
    this.#limit = limit;
    this.#isKept = folder !== undefined;
  }

  /** A cell begins to run. */
  add(line: number, input: string): void {
    this.#entries.push({ line, input, output: undefined });
    if (this.#entries.length > this.#limit) this.#entries.shift();
    this.#keep({ line, input }, input);
  }

  /** The plain text of the result of cell `line`. */
  addOutput(line: number, output: string): void {
    const entry = this.#entries.findLast((candidate) => candidate.line === line);
    if (entry !== undefined) entry.output = output;
    this.#keep({ line, output }, output);
  }

  /** The entries asked for, oldest first; empty when there are none. */
  async read(access: HistoryAccess): Promise<HistoryEntry[]> {
    await this.written();
    switch (access.type) {
      case "tail":
        return this.#latest(access.n, (entries) => entries);
      case "range":
        return this.#range(access.session, access.start, access.stop ?? Number.POSITIVE_INFINITY);
      case "search":
        return this.#search(access.pattern, access.unique, access.n ?? Number.POSITIVE_INFINITY);
    }
  }

  /** Writes all that was added so far; resolves when that is done. */
  async written(): Promise<void> {
    const records = this.#gathered;
    this.#gathered = [];
    if (records.length > 0) this.#writing = this.#writing.then(() => this.#write(records));
    await this.#writing;
  }

  #keep(record: HistoryRecord, text: string): void {
    if (!this.#isKept || text.length > HISTORY_TEXT_UNITS) return;
    if (this.#gathered.length === 0) this.#clock.after(HISTORY_DELAY_MS, () => void this.written());
    this.#gathered.push(record);
  }

  /** The first failure ends it, and is said. */
  async #write(records: readonly HistoryRecord[]): Promise<void> {
    if (!this.#isKept) return;
    try {
      this.#file ??= await this.#folder?.begin();
      await this.#file?.append(records);
    } catch (error) {
      this.#isKept = false;
      this.#log("warn", `the history is not kept beyond this session: ${messageOf(error)}`);
    }
  }

  async #range(session: number, start: number, stop: number): Promise<HistoryEntry[]> {
    const { own } = await this.#sessions();
    const entries = await this.#entriesOf(session > 0 ? session : own + session, own);
    return entries.filter((entry) => entry.line >= start && entry.line < stop);
  }

  async #search(pattern: string, unique: boolean, n: number): Promise<HistoryEntry[]> {
    const regexp = globPattern(pattern);
    const seen = new Set<string>();
    return this.#latest(n, (entries) => {
      const found = entries.filter((entry) => regexp.test(entry.input));
      return unique ? latestOfEach(found, seen) : found;
    });
  }

  /** The last `n` of what `select` leaves of each session; it gets the latest session first. */
  async #latest(n: number, select: (entries: HistoryEntry[]) => HistoryEntry[]): Promise<HistoryEntry[]> {
    const { own, all } = await this.#sessions();
    let found: HistoryEntry[] = [];
    for (const session of all) {
      if (found.length >= n) break;
      found = [...select(await this.#entriesOf(session, own)), ...found];
    }
    return n > 0 ? found.slice(-n) : [];
  }

  /** Latest first. Before its first entry a session has the number it would get now. */
  async #sessions(): Promise<{ own: number; all: number[] }> {
    const kept = (await this.#folder?.sessions()) ?? [];
    const own = this.#file?.session ?? (kept[0] ?? 0) + 1;
    return { own, all: [...new Set([own, ...kept])].sort((a, b) => b - a) };
  }

  async #entriesOf(session: number, own: number): Promise<HistoryEntry[]> {
    if (session === own) return this.#entries.map((entry) => ({ session, ...entry }));
    return (await this.#folder?.read(session)) ?? [];
  }
}

/** Equal inputs once, the latest one, in order; those in `seen` not at all. Adds to `seen`. */
function latestOfEach(entries: readonly HistoryEntry[], seen: Set<string>): HistoryEntry[] {
  const latest = new Map(entries.map((entry) => [entry.input, entry]));
  const fresh = entries.filter((entry) => latest.get(entry.input) === entry && !seen.has(entry.input));
  for (const { input } of fresh) seen.add(input);
  return fresh;
}
