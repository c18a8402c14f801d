import { type PageFile, PageFiles, type PagePlace } from "../disk/page-files.js";
import { pageOf, stableHash } from "../rows/stable-hash.js";
import { KeyedState, type StateChanges } from "./keyed-state.js";
import { eachTable } from "./state-bytes.js";
import { changesPart, changesToBytes, pageOf as rowsOf } from "./state-changes.js";
import { StatePage } from "./state-page.js";
import type { StateRoom } from "./state-room.js";
import type { HeldColumns } from "./state-sight.js";

/** How an operator goes about its keys: by what it is decided which of them stay in memory. */
export interface Paging {
  /** Bytes of heap of a page: what is read for one key that is touched. */
  pageBytes: number;
  /**
   * Whether each move goes over all pages, in the same order: those that are in memory then stay, and the others pass through.
   * Else those go to disk that were not touched for longest.
   */
  inTurn: boolean;
}

/** How a page was before a move. */
interface Before {
  /** Whether it was in memory only: its log undoes the move. */
  inMemory: boolean;
  place: PagePlace | undefined;
  rows: number;
  bytes: number;
  oldestMs: number;
}

interface PagedMove {
  before: Map<StatePage, Before>;
  size: number;
}

/**
 * A state of which only a part is in memory. Keys are in pages by their hash, as in extendible hashing: a page that has grown is
 * split, and each page is a {@link KeyedState}, in memory or as the bytes of its columns on disk. A move takes the pages that
 * it touches one after the other; what is in memory never exceeds its share by more than the pages that moves may yet undo.
 *
 * A page on disk is never overwritten, so that a move is undone by going back to the place where a page was, which is kept until the
 * move is settled; only a page that was in memory alone is undone by its log, and stays there so long.
 *
 * LMDB in its place would touch few keys for a fifth of the CPU (5,000 of 500,000), but has no undoing of a move that is settled later,
 * no timeouts and no values by column: these would come on top of it.
 */
export class PagedState {
  readonly #files: PageFiles;
  /** By the last bits of a key's hash; a page may be in several places. */
  #slots: StatePage[];
  #bits: number;
  #pageCount: number;
  /** Pages in memory that may go to disk, those first that were not touched for longest. */
  readonly #resident = new Set<StatePage>();
  #residentBytes = 0;
  readonly #moves: PagedMove[] = [];
  #overfull = new Set<StatePage>();
  /** Of the last move. */
  #gone: unknown[] = [];
  #parts: Uint8Array[] = [];
  #pending: PendingChanges = newPending();
  #size = 0;
  #lastKey: unknown;

  /** @param bytes about how many there will be at first */
  constructor(
    private readonly room: StateRoom,
    private readonly paging: Paging,
    bytes: number,
  ) {
    this.#files = new PageFiles(room.files);
    this.#bits = Math.min(MAX_BITS, Math.max(0, Math.ceil(Math.log2(Math.max(1, bytes / paging.pageBytes)))));
    this.#slots = Array.from({ length: 2 ** this.#bits }, (_, bits) => new StatePage(this.#bits, bits));
    this.#pageCount = this.#slots.length;
  }

  get size(): number {
    return this.#size;
  }

  get diskBytes(): number {
    return this.#files.heldBytes;
  }

  lastKey(): unknown {
    return this.#lastKey;
  }

  /** All pages. */
  *pages(): Generator<StatePage, void> {
    for (const [bits, page] of this.#slots.entries()) if (page.bits === bits) yield page;
  }

  /** The page of a key. @param hash stableHash of the key, where it is known */
  pageOf(key: unknown, hash = stableHash(key) | 0): StatePage {
    return this.#slots[pageOf(hash, this.#bits)] as StatePage;
  }

  begin(): void {
    if (this.#moves.length === 0) this.#tidy();
    this.#moves.push({ before: new Map(), size: this.#size });
    this.#gone = [];
    this.#parts = [];
    this.#pending = newPending();
  }

  /** The keys of a page, to be changed now; {@link close} is to be called when that is done. Once per move. */
  open(page: StatePage): KeyedState {
    const { before } = this.#moves.at(-1) as PagedMove;
    const { place, rows, bytes, oldestMs } = page;
    const inMemory = place === undefined && page.state !== undefined;
    before.set(page, { inMemory, place, rows, bytes, oldestMs });
    if (inMemory) this.#keep(page);
    if (place !== undefined) this.#files.hold(place);
    const state = this.#inMemory(page);
    state.begin();
    return state;
  }

  /** The keys of an opened page are as they are to be. @throws StreamError RT_DISK */
  close(page: StatePage): void {
    const { before } = this.#moves.at(-1) as PagedMove;
    const { rows } = before.get(page) as Before;
    const state = page.state as KeyedState;
    const changes = state.changes();
    if (state.size > rows) this.#lastKey = state.lastKey();
    if (page.open === 0) state.settle(Number.POSITIVE_INFINITY);
    if (changes.keys.length > 0 || changes.gone.length > 0) {
      this.#note(changes);
      this.#changed(page, state);
    }
    this.#makeRoom(page);
  }

  /** What the last move changed. */
  delta(): Uint8Array {
    this.#writePending();
    return changesToBytes(this.#size, this.#gone, this.#parts);
  }

  /** All of it. */
  snapshot(): Uint8Array {
    const parts = [...this.pages()].filter(({ rows }) => rows > 0).map((page) => this.#bytesOf(page));
    return changesToBytes(this.#size, [], parts);
  }

  /** Makes changes that belong to no move. */
  change({ gone, keys, values, timesMs }: StateChanges): void {
    const changes = new Map<StatePage, PendingChanges & { gone: unknown[] }>();
    const of = (key: unknown) => {
      const page = this.pageOf(key);
      let own = changes.get(page);
      if (own === undefined) {
        own = { gone: [], ...newPending() };
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
    for (const [page, own] of changes) {
      const state = this.#inMemory(page);
      state.change(own);
      this.#changed(page, state);
      this.#makeRoom(page);
    }
  }

  /** @returns whether it could be: if not it is to be made anew */
  undo(moves: number): boolean {
    for (const move of this.#moves.splice(this.#moves.length - moves).reverse()) {
      for (const [page, before] of move.before) if (!this.#goBack(page, before)) return false;
      this.#size = move.size;
    }
    return true;
  }

  settle(moves: number): void {
    for (const { before } of this.#moves.splice(0, moves)) {
      for (const [page, { inMemory, place }] of before) {
        if (place !== undefined) this.#files.release(place);
        if (!inMemory) continue;
        page.state?.settle(1);
        this.#keepNoMore(page);
      }
    }
  }

  *held(): Generator<HeldColumns, void> {
    for (const page of this.pages()) {
      if (page.rows > 0) yield page.state?.columns() ?? this.#columnsOf(page.place as PagePlace);
    }
  }

  /**
   * All pairs as they are now, as columns that later moves do not change. What is on disk is read when it is asked for, any number of
   * times, until it is released.
   */
  pairs(): { chunks: Iterable<PairsOfPage>; release(): void } {
    const pages: (PagePlace | PairsOfPage)[] = [];
    for (const page of this.pages()) {
      if (page.rows === 0) continue;
      if (page.place !== undefined) this.#files.hold(page.place);
      pages.push(page.place ?? (page.state as KeyedState).pairs());
    }
    const read = (place: PagePlace): PairsOfPage => {
      const { keys, values } = this.#columnsOf(place);
      return { keys, values, length: keys.length };
    };
    return {
      chunks: {
        *[Symbol.iterator]() {
          for (const page of pages) yield "file" in page ? read(page) : page;
        },
      },
      release: () => {
        for (const page of pages.splice(0)) if ("file" in page) this.#files.release(page);
      },
    };
  }

  /** Nobody asks for it any more; what was given of it is still there. */
  release(): void {
    this.settle(this.#moves.length);
    for (const page of this.pages()) if (page.place !== undefined) this.#files.release(page.place);
    this.#slots = [];
    this.#resident.clear();
    this.#files.close();
    this.room.hold(this, 0);
  }

  #inMemory(page: StatePage): KeyedState {
    if (page.state !== undefined) {
      if (this.#resident.delete(page)) this.#resident.add(page);
      return page.state;
    }
    page.state = new KeyedState(page.rows);
    if (page.place !== undefined) {
      const { keys, values, timesMs } = this.#columnsOf(page.place);
      page.state.fill(keys, values, timesMs);
    }
    this.#resident.add(page);
    this.#holdMore(page.bytes);
    return page.state;
  }

  /** A page has to stay in memory. */
  #keep(page: StatePage): void {
    page.open += 1;
    this.#resident.delete(page);
  }

  #keepNoMore(page: StatePage): void {
    page.open -= 1;
    if (page.open === 0) this.#resident.add(page);
  }

  #columnsOf(place: PagePlace): Omit<StateChanges, "gone"> {
    for (const table of eachTable(this.#files.read(place))) return rowsOf(table);
    return newPending();
  }

  #bytesOf(page: StatePage): Uint8Array {
    if (page.place !== undefined) return Uint8Array.from(this.#files.read(page.place));
    return changesPart((page.state as KeyedState).columns());
  }

  /** What is on disk of a page is not what it is any more. */
  #changed(page: StatePage, state: KeyedState): void {
    const { rows, bytes } = page;
    page.measure(state);
    this.#size += page.rows - rows;
    this.#holdMore(page.bytes - bytes);
    if (page.place !== undefined) this.#files.release(page.place);
    page.place = undefined;
    if (page.bytes > 2 * this.paging.pageBytes && page.rows > 1) this.#overfull.add(page);
  }

  #makeRoom(last: StatePage): void {
    const share = this.room.shareOf(this);
    if (this.#residentBytes <= share) return;
    if (this.paging.inTurn) {
      this.#letGo(last);
      return;
    }
    for (const page of this.#resident) {
      this.#letGo(page);
      if (this.#residentBytes <= share) return;
    }
  }

  /** Of a page that can be had from disk, which it is written to if need be. */
  #letGo(page: StatePage): void {
    if (page.open > 0 || page.state === undefined) return;
    if (page.rows > 0) page.place ??= this.#files.append(changesPart(page.state.columns()));
    this.#forget(page);
  }

  #forget(page: StatePage): void {
    if (page.state === undefined) return;
    page.state = undefined;
    this.#resident.delete(page);
    this.#holdMore(-page.bytes);
  }

  #holdMore(bytes: number): void {
    this.#residentBytes += bytes;
    this.room.hold(this, this.#residentBytes);
  }

  #goBack(page: StatePage, { inMemory, place, ...before }: Before): boolean {
    if (inMemory) {
      if (page.state?.undo(1) !== true) return false;
      this.#keepNoMore(page);
      this.#changed(page, page.state);
      return true;
    }
    this.#forget(page);
    if (page.place !== undefined) this.#files.release(page.place);
    page.place = place;
    Object.assign(page, before);
    return true;
  }

  #note({ gone, keys, values, timesMs }: StateChanges): void {
    for (let i = 0; i < gone.length; i++) this.#gone.push(gone[i]);
    const pending = this.#pending;
    for (let i = 0; i < keys.length; i++) {
      pending.keys.push(keys[i]);
      pending.values.push(values[i]);
      pending.timesMs.push(timesMs[i] as number);
    }
    if (pending.keys.length >= CHANGES_PER_PART) this.#writePending();
  }

  #writePending(): void {
    if (this.#pending.keys.length > 0) this.#parts.push(changesPart(this.#pending));
    this.#pending = newPending();
  }

  /** Between two moves, when none can be undone: pages may change their places. */
  #tidy(): void {
    const overfull = this.#overfull;
    this.#overfull = new Set();
    for (const page of overfull) this.#split(page);
    const free = this.#files.mostlyFree();
    if (free !== undefined) this.#empty(free);
  }

  #split(page: StatePage): void {
    if (page.bytes <= 2 * this.paging.pageBytes || page.rows < 2) return;
    if (page.depth === this.#bits) {
      // Keys of one hash are never apart, and a few large values need no place for each of their bits.
      if (this.#slots.length > SLOTS_PER_PAGE * this.#pageCount || this.#bits === MAX_BITS) return;
      this.#slots = [...this.#slots, ...this.#slots];
      this.#bits += 1;
    }
    const { keys, values, timesMs } = this.#inMemory(page).columns();
    const depth = page.depth + 1;
    const halves = [page.bits, page.bits + 2 ** page.depth].map((bits) => new StatePage(depth, bits));
    const columns = halves.map(newPending);
    for (let i = 0; i < keys.length; i++) {
      const half = columns[pageOf(hashOf(keys[i]), depth) >> page.depth] as PendingChanges;
      half.keys.push(keys[i]);
      half.values.push(values[i]);
      half.timesMs.push(timesMs[i] as number);
    }
    this.#forget(page);
    if (page.place !== undefined) this.#files.release(page.place);
    this.#pageCount += 1;
    halves.forEach((half, i) => {
      const own = columns[i] as PendingChanges;
      const state = new KeyedState(own.keys.length);
      state.fill(own.keys, own.values, own.timesMs);
      half.state = state;
      half.measure(state);
      for (let slot = half.bits; slot < this.#slots.length; slot += 2 ** depth) this.#slots[slot] = half;
      this.#resident.add(half);
      this.#holdMore(half.bytes);
      if (half.bytes > 2 * this.paging.pageBytes) this.#overfull.add(half);
    });
    for (const half of halves) this.#makeRoom(half);
  }

  /** Writes the pages of a file elsewhere. */
  #empty(file: PageFile): void {
    for (const page of this.pages()) {
      if (page.place?.file !== file) continue;
      const old = page.place;
      page.place = this.#files.append(Uint8Array.from(this.#files.read(old)));
      this.#files.release(old);
    }
  }
}

export interface PairsOfPage {
  keys: ArrayLike<unknown>;
  values: ArrayLike<unknown>;
  length: number;
}

interface PendingChanges {
  keys: unknown[];
  values: unknown[];
  timesMs: number[];
}

function newPending(): PendingChanges {
  return { keys: [], values: [], timesMs: [] };
}

function hashOf(key: unknown): number {
  return stableHash(key) | 0;
}

/** A part of a change has about so many keys. */
const CHANGES_PER_PART = 2 ** 15;

const SLOTS_PER_PAGE = 8;

/** 2 ** 24 pages at most. */
const MAX_BITS = 24;
