import { KeyedState, type StateChanges } from "./keyed-state.js";
import { rowsToPage } from "./page-rows.js";
import type { StateBytes } from "./state-bytes.js";
import { changesHead, changesParts, KEYS_PER_PART } from "./state-changes.js";
import type { StatePage } from "./state-page.js";
import { type PageBefore, type PageChanges, StatePages } from "./state-pages.js";
import type { StateRoom } from "./state-room.js";
import type { HeldColumns } from "./state-sight.js";
import type { StateWriter } from "./state-writer.js";

/** Heap of a page. Each batch reads them all: large ones are read faster. */
const PAGE_BYTES = 2 ** 20;

/** Pairs that are the same however often they are gone through, until they are let go of. */
export interface GivenPairs {
  chunks: Iterable<{ keys: ArrayLike<unknown>; values: ArrayLike<unknown>; length: number }>;
  release(): void;
}

/**
 * A state each move of which goes over all keys, and of which only a part is in memory: a page at a time, which is a
 * {@link KeyedState} while it is there. As many pages as there is room for stay in memory; always the same ones, since all moves
 * take them in the same order.
 *
 * A page is on disk when a move begins to change it, so that the move is undone by going back to where the page was, which is
 * kept until the move is settled. What is in memory exceeds its share by no more than a page.
 */
export class PagedState {
  readonly #pages: StatePages;
  /** Pages in memory. Those without a place are there only. */
  readonly #resident = new Map<StatePage, KeyedState>();
  #residentBytes = 0;
  /** How the pages were that each move changed. */
  readonly #moves: Map<StatePage, PageBefore>[] = [];
  /** Takes what the last move changed. */
  #writer: StateWriter | undefined;
  #pending = nothing();
  #lastKey: unknown;

  /** @param first what it begins with; nothing of that is kept in memory */
  constructor(
    private readonly room: StateRoom,
    first: KeyedState,
    bytes: number,
    pageBytes = PAGE_BYTES,
  ) {
    this.#pages = new StatePages(room.files, pageBytes, bytes);
    this.change({ gone: [], ...first.columns() });
  }

  get size(): number {
    return this.#pages.size;
  }

  get diskBytes(): number {
    return this.#pages.diskBytes;
  }

  lastKey(): unknown {
    return this.#lastKey;
  }

  /** All pages. */
  pages(): Iterable<StatePage> {
    return this.#pages;
  }

  /** The page of a key. @param hash stableHash of the key, where it is known */
  pageOf(key: unknown, hash?: number): StatePage {
    return this.#pages.of(key, hash);
  }

  /** @param writer takes what the move changes @throws StreamError RT_DISK */
  begin(writer: StateWriter): void {
    if (this.#moves.length === 0) this.#tidy();
    this.#moves.push(new Map());
    this.#writer = writer;
    this.#pending = nothing();
    writer.add(changesHead());
  }

  /** The keys of a page, to be changed now; {@link close} is to be called when that is done. Once per move. @throws StreamError RT_DISK */
  open(page: StatePage): KeyedState {
    this.#toDisk(page);
    const { place, rows, bytes, oldestMs } = page;
    this.#moves.at(-1)?.set(page, { place, rows, bytes, oldestMs });
    if (place !== undefined) this.#pages.hold(place);
    const state = this.#inMemory(page);
    state.begin();
    return state;
  }

  /** The keys of an opened page are as they are to be. @throws StreamError RT_DISK */
  close(page: StatePage): void {
    const state = this.#inMemory(page);
    const changes = state.changes();
    state.settle(Number.POSITIVE_INFINITY);
    if (state.size > page.rows) this.#lastKey = state.lastKey();
    if (changes.keys.length > 0 || changes.gone.length > 0) {
      this.#note(changes);
      const before = page.bytes;
      this.#pages.noteRows(page, state.columns());
      this.#holdMore(page.bytes - before);
    }
    if (this.#residentBytes > this.room.shareOf(this)) this.#letGo(page);
  }

  /** What the last move changed. @throws StreamError RT_DISK */
  delta(writer: StateWriter): StateBytes {
    this.#writePending();
    return writer.finish();
  }

  /** All of it. @throws StreamError RT_DISK */
  snapshot(writer: StateWriter): StateBytes {
    writer.clear();
    writer.add(changesHead());
    for (const page of this.#pages) {
      if (page.rows === 0) continue;
      const state = this.#resident.get(page);
      writer.add(
        page.place === undefined && state !== undefined
          ? rowsToPage(state.columns())
          : Uint8Array.from(this.#pages.bytesAt(placeOf(page))),
      );
    }
    return writer.finish();
  }

  /** Makes changes that belong to no move; there is none that could be undone. @throws StreamError RT_DISK */
  change(changes: StateChanges): void {
    for (const [page, own] of this.#pages.apart(changes)) {
      this.#letGo(page);
      this.#pages.change(page, own);
    }
    this.#tidy();
  }

  /** @returns that it could be */
  undo(moves: number): boolean {
    for (const move of this.#moves.splice(this.#moves.length - moves).reverse()) {
      for (const [page, before] of move) {
        this.#forget(page);
        this.#pages.goBack(page, before);
      }
    }
    return true;
  }

  settle(moves: number): void {
    for (const move of this.#moves.splice(0, moves))
      for (const { place } of move.values()) this.#pages.letGoOf(place);
  }

  *held(): Generator<HeldColumns, void> {
    for (const page of this.#pages)
      if (page.rows > 0) yield this.#resident.get(page)?.columns() ?? this.#pages.read(placeOf(page));
  }

  /**
   * All pairs as they are now, as columns that later moves do not change. What is on disk is read when it is asked for, any number of
   * times, until it is released.
   */
  pairs(): GivenPairs {
    const given = [...this.#pages]
      .filter(({ rows }) => rows > 0)
      .map((page) => {
        if (page.place !== undefined) this.#pages.hold(page.place);
        return page.place ?? (this.#resident.get(page) as KeyedState).pairs();
      });
    const read = this.#pages.pairsAt.bind(this.#pages);
    return {
      chunks: {
        *[Symbol.iterator]() {
          for (const page of given) yield "file" in page ? read(page) : page;
        },
      },
      release: () => {
        for (const page of given.splice(0)) if ("file" in page) this.#pages.letGoOf(page);
      },
    };
  }

  /** Nobody asks for it any more; what was given of it is still there. */
  release(): void {
    this.settle(this.#moves.length);
    this.#pages.release();
    this.#resident.clear();
    this.room.hold(this, 0);
  }

  #inMemory(page: StatePage): KeyedState {
    let state = this.#resident.get(page);
    if (state !== undefined) return state;
    state = new KeyedState(page.rows);
    if (page.place !== undefined) {
      const { keys, values, timesMs } = this.#pages.read(page.place);
      state.fill(keys, values, timesMs);
    }
    this.#resident.set(page, state);
    this.#holdMore(page.bytes);
    return state;
  }

  #toDisk(page: StatePage): void {
    const state = this.#resident.get(page);
    if (page.place === undefined && state !== undefined && page.rows > 0)
      this.#pages.write(page, state.columns());
  }

  #letGo(page: StatePage): void {
    this.#toDisk(page);
    this.#forget(page);
  }

  #forget(page: StatePage): void {
    if (this.#resident.delete(page)) this.#holdMore(-page.bytes);
  }

  #holdMore(bytes: number): void {
    this.#residentBytes += bytes;
    this.room.hold(this, this.#residentBytes);
  }

  /** Between two moves, when none can be undone. */
  #tidy(): void {
    for (const page of this.#pages.overfull) this.#letGo(page);
    this.#pages.tidy();
  }

  #note({ gone, keys, values, timesMs }: StateChanges): void {
    const pending = this.#pending;
    for (let i = 0; i < gone.length; i++) pending.gone.push(gone[i]);
    for (let i = 0; i < keys.length; i++) {
      pending.keys.push(keys[i]);
      pending.values.push(values[i]);
      pending.timesMs.push(timesMs[i] as number);
    }
    if (pending.keys.length + pending.gone.length >= KEYS_PER_PART) this.#writePending();
  }

  #writePending(): void {
    for (const part of changesParts(this.#pending)) this.#writer?.add(part);
    this.#pending = nothing();
  }
}

function placeOf({ place }: StatePage) {
  if (place === undefined) throw new Error("a page of a state is neither in memory nor on disk");
  return place;
}

function nothing(): PageChanges {
  return { gone: [], keys: [], values: [], timesMs: [] };
}
