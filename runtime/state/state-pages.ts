import { type PageFile, PageFiles, type PagePlace } from "../disk/page-files.js";
import type { ScratchFiles } from "../disk/scratch-folder.js";
import { pageOf, stableHash } from "../rows/stable-hash.js";
import { KeyedState, type StateChanges } from "./keyed-state.js";
import { type Rows, rowsFound, rowsOfPage, rowsToPage } from "./page-rows.js";
import { StatePage } from "./state-page.js";

/**
 * Keys with their values and times on disk, in pages by the keys' hash, as in extendible hashing: a page that has grown is split. A
 * page on disk is never written over: whoever holds the place where one was finds it there as it was.
 *
 * What is in memory is a {@link StatePage} for each: a few bytes a key.
 */
export class StatePages {
  readonly #files: PageFiles;
  /** By the last bits of a key's hash; a page may be in several places. */
  #slots: StatePage[];
  #bits: number;
  #pageCount: number;
  #overfull = new Set<StatePage>();
  #size = 0;

  /**
   * @param pageBytes heap of a page: what is written for a key that is changed
   * @param bytes about how much there will be at first
   */
  constructor(
    files: ScratchFiles,
    private readonly pageBytes: number,
    bytes: number,
  ) {
    this.#files = new PageFiles(files);
    this.#bits = Math.min(MAX_BITS, Math.max(0, Math.ceil(Math.log2(Math.max(1, bytes / pageBytes)))));
    this.#slots = Array.from({ length: 2 ** this.#bits }, (_, bits) => new StatePage(this.#bits, bits));
    this.#pageCount = this.#slots.length;
  }

  /** Keys in all pages. */
  get size(): number {
    return this.#size;
  }

  /** Bytes of pages that somebody holds. */
  get diskBytes(): number {
    return this.#files.heldBytes;
  }

  *[Symbol.iterator](): Generator<StatePage, void> {
    for (const [bits, page] of this.#slots.entries()) if (page.bits === bits) yield page;
  }

  /** The page of a key. @param hash stableHash of the key, where it is known */
  of(key: unknown, hash = stableHash(key) | 0): StatePage {
    return this.#slots[pageOf(hash, this.#bits)] as StatePage;
  }

  /** What lies at a place. @throws StreamError RT_DISK */
  read(place: PagePlace): Rows {
    return rowsOfPage(this.#files.read(place));
  }

  /** The pairs of these. @throws StreamError RT_DISK */
  pairsAt(place: PagePlace): { keys: ArrayLike<unknown>; values: ArrayLike<unknown>; length: number } {
    const { keys, values } = this.read(place);
    return { keys, values, length: keys.length };
  }

  /** The bytes that lie there, which are a table of rows; good until the next are read or written. @throws StreamError RT_DISK */
  bytesAt(place: PagePlace): Uint8Array {
    return this.#files.read(place);
  }

  /** The rows of a page whose keys have one of these hashes: the cost is little more than theirs. @throws StreamError RT_DISK */
  find({ place }: StatePage, hashes: ReadonlySet<number>): Rows {
    if (place === undefined) return { keys: [], values: [], timesMs: [] };
    return rowsFound(this.#files.read(place), hashes);
  }

  /** A page has these rows from now on, on disk. @throws StreamError RT_DISK, and then it has those it had */
  write(page: StatePage, rows: Rows): void {
    const place = this.#append(rows);
    this.noteRows(page, rows);
    page.place = place;
  }

  /** A page has these rows from now on, which are on disk no more. */
  noteRows(page: StatePage, rows: Rows): void {
    const before = page.rows;
    page.measure(rows);
    this.#size += page.rows - before;
    this.letGoOf(page.place);
    page.place = undefined;
    this.#noteSize(page);
  }

  /** Makes changes to a page. */
  change(page: StatePage, changes: StateChanges): void {
    const state = new KeyedState(page.rows + changes.keys.length);
    if (page.place !== undefined) {
      const { keys, values, timesMs } = this.read(page.place);
      state.fill(keys, values, timesMs);
    }
    state.change(changes);
    this.write(page, state.columns());
  }

  /** Changes taken apart by page. */
  apart({ gone, keys, values, timesMs }: StateChanges): Map<StatePage, PageChanges> {
    const changes = new Map<StatePage, PageChanges>();
    const of = (key: unknown) => {
      const page = this.of(key);
      let own = changes.get(page);
      if (own === undefined) {
        own = { gone: [], keys: [], values: [], timesMs: [] };
        changes.set(page, own);
      }
      return own;
    };
    for (let i = 0; i < gone.length; i++) of(gone[i]).gone.push(gone[i]);
    for (let i = 0; i < keys.length; i++) {
      const own = of(keys[i]);
      own.keys.push(keys[i]);
      own.values.push(values[i]);
      own.timesMs.push(timesMs[i] as number);
    }
    return changes;
  }

  /** One more holds a place. */
  hold(place: PagePlace): void {
    this.#files.hold(place);
  }

  /** One less does. */
  letGoOf(place: PagePlace | undefined): void {
    if (place !== undefined) this.#files.release(place);
  }

  /** A page is as it was before. @param before its place is one that was held until now */
  goBack(page: StatePage, before: PageBefore): void {
    this.#size += before.rows - page.rows;
    this.letGoOf(page.place);
    Object.assign(page, before);
  }

  /** Pages that are to be split: all of them must be on disk for that. */
  get overfull(): Iterable<StatePage> {
    return this.#overfull;
  }

  /** To be called once in a while, when nobody is to go back to a page as it was: pages may change their places. @throws StreamError RT_DISK */
  tidy(): void {
    for (const page of this.#overfull) {
      this.#overfull.delete(page);
      this.#split(page);
    }
    const free = this.#files.mostlyFree();
    if (free !== undefined) this.#empty(free);
  }

  /** Nobody asks for it any more; places that others hold are still there. */
  release(): void {
    for (const page of this) this.letGoOf(page.place);
    this.#slots = [];
    this.#files.close();
  }

  #split(page: StatePage): void {
    const { place, depth } = page;
    if (place === undefined || page.bytes <= 2 * this.pageBytes || page.rows < 2) return;
    if (depth === this.#bits) {
      // Keys of one hash are never apart, and a few large values need no place for each of their bits.
      if (this.#slots.length > SLOTS_PER_PAGE * this.#pageCount || this.#bits === MAX_BITS) return;
      this.#slots = [...this.#slots, ...this.#slots];
      this.#bits += 1;
    }
    const { keys, values, timesMs } = this.read(place);
    const columns = [noChanges(), noChanges()];
    for (let i = 0; i < keys.length; i++) {
      const half = columns[pageOf(stableHash(keys[i]) | 0, depth + 1) >> depth] as PageChanges;
      half.keys.push(keys[i]);
      half.values.push(values[i]);
      half.timesMs.push(timesMs[i] as number);
    }
    const places = columns.map((rows) => this.#append(rows));
    columns.forEach((rows, bit) => {
      const half = new StatePage(depth + 1, page.bits + bit * 2 ** depth);
      half.measure(rows);
      half.place = places[bit];
      this.#noteSize(half);
      for (let slot = half.bits; slot < this.#slots.length; slot += 2 ** half.depth) this.#slots[slot] = half;
    });
    this.letGoOf(place);
    this.#pageCount += 1;
  }

  #append(rows: Rows): PagePlace | undefined {
    return rows.keys.length === 0 ? undefined : this.#files.append(rowsToPage(rows));
  }

  #noteSize(page: StatePage): void {
    if (page.bytes > 2 * this.pageBytes && page.rows > 1) this.#overfull.add(page);
  }

  /** Writes the pages of a file elsewhere. */
  #empty(file: PageFile): void {
    for (const page of this) {
      if (page.place?.file !== file) continue;
      const old = page.place;
      page.place = this.#files.append(Uint8Array.from(this.#files.read(old)));
      this.letGoOf(old);
    }
  }
}

/** How a page was. */
export type PageBefore = Pick<StatePage, "place" | "rows" | "bytes" | "oldestMs">;

export interface PageChanges {
  gone: unknown[];
  keys: unknown[];
  values: unknown[];
  timesMs: number[];
}

function noChanges(): PageChanges {
  return { gone: [], keys: [], values: [], timesMs: [] };
}

const SLOTS_PER_PAGE = 8;

/** 2 ** 24 pages at most. */
const MAX_BITS = 24;
