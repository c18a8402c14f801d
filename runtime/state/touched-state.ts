import { KeyTable } from "../rows/key-table.js";
import { pageOf, stableHash } from "../rows/stable-hash.js";
import type { KeyedState, StateChanges } from "./keyed-state.js";
import type { Rows } from "./page-rows.js";
import type { GivenPairs } from "./paged-state.js";
import type { StateBytes } from "./state-bytes.js";
import { changesHead, changesPart, changesParts } from "./state-changes.js";
import { type StatePage, stateBytes } from "./state-page.js";
import { StatePages } from "./state-pages.js";
import type { StateRoom } from "./state-room.js";
import type { HeldColumns } from "./state-sight.js";
import type { StateWriter } from "./state-writer.js";

/** Heap of a page: what is read for a key. */
const PAGE_BYTES = 2 ** 14;

/** Keys that one batch touched. */
export interface Touched {
  keys: ArrayLike<unknown>;
  length: number;
  hashes?: Int32Array | undefined;
}

/** What is to be known to undo a move. */
interface TouchedMove {
  /** Keys that are gone since. */
  gone: unknown[];
  /** Keys in memory that were on disk too, when it began. */
  brought: number;
  isOpen: boolean;
}

/**
 * A state each move of which goes over a few of its keys. Keys that were touched are in memory, in a {@link KeyedState}; all others
 * are in pages on disk, and what those have of a key that is in memory, or gone, does not count any more. Before a move the keys that it
 * touches are brought into memory, each by itself; what the move then does is what it would do if there were no others.
 *
 * When those in memory outgrow their share, a part of them goes to the pages: the same part of all hashes, so that each page
 * that is written anew takes as many of them as there are. What is in memory exceeds its share by no more than one batch touches.
 */
export class TouchedState {
  readonly #pages: StatePages;
  /** Keys that are not there any more, though a page has them. */
  readonly #gone = new KeyTable<undefined>();
  readonly #moves: TouchedMove[] = [];
  /** Keys that a page has, and that are in memory or gone. */
  #brought = 0;
  /** The part that goes to disk next. */
  #part = 0;
  /** Of the last move. */
  #changes = NOTHING;

  /** @param rows what it begins with */
  constructor(
    private readonly room: StateRoom,
    private readonly rows: KeyedState,
    bytes: number,
    pageBytes = PAGE_BYTES,
  ) {
    this.#pages = new StatePages(room.files, pageBytes, bytes);
  }

  get size(): number {
    return this.#pages.size - this.#brought + this.rows.size;
  }

  get diskBytes(): number {
    return this.#pages.diskBytes;
  }

  lastKey(): unknown {
    return this.rows.lastKey();
  }

  /** @throws StreamError RT_DISK */
  begin(writer: StateWriter): void {
    if (this.#moves.length === 0) this.#makeRoom();
    this.#moves.push({ gone: [], brought: 0, isOpen: false });
    this.#changes = NOTHING;
    writer.add(changesHead());
  }

  /**
   * What a move is to change, which has all keys that it touches and that are not new; {@link close} is to be called when that is
   * done. Once per move.
   * @param beforeMs it has the keys that were touched before, too
   * @throws StreamError RT_DISK
   */
  open(touched: readonly Touched[], beforeMs: number | undefined): KeyedState {
    for (const columns of touched) this.#bring(columns);
    if (beforeMs !== undefined) this.#bringOlder(beforeMs);
    const move = this.#moves.at(-1) as TouchedMove;
    move.isOpen = true;
    move.brought = this.#brought;
    this.rows.begin();
    return this.rows;
  }

  /** The keys are as they are to be: those that the move removed are not looked for in the pages. */
  close(): void {
    this.#changes = this.rows.changes();
    const { gone } = this.#changes;
    const move = this.#moves.at(-1) as TouchedMove;
    for (let i = 0; i < gone.length; i++) {
      const before = this.#gone.size;
      if (this.#gone.rowOf(gone[i], undefined) === before) move.gone.push(gone[i]);
    }
    this.#note();
  }

  /** What the last move changed. @throws StreamError RT_DISK */
  delta(writer: StateWriter): StateBytes {
    for (const part of changesParts(this.#changes)) writer.add(part);
    return writer.finish();
  }

  /** All of it. @throws StreamError RT_DISK */
  snapshot(writer: StateWriter): StateBytes {
    writer.clear();
    writer.add(changesHead());
    for (const part of changesParts({ gone: [], ...this.rows.columns() })) writer.add(part);
    for (const page of this.#pages) {
      if (page.place === undefined) continue;
      const rows = this.#pages.read(page.place);
      const current = this.#current(rows);
      writer.add(current === rows ? Uint8Array.from(this.#pages.bytesAt(page.place)) : changesPart(current));
    }
    return writer.finish();
  }

  /** Makes changes that belong to no move; there is none that could be undone. @throws StreamError RT_DISK */
  change(changes: StateChanges): void {
    if (this.#pages.size > 0)
      for (const keys of [changes.keys, changes.gone]) this.#bring({ keys, length: keys.length });
    this.rows.change(changes);
    for (let i = 0; i < changes.gone.length; i++) this.#gone.rowOf(changes.gone[i], undefined);
    this.#makeRoom();
  }

  /** @returns whether it could be: if not it is to be made anew */
  undo(moves: number): boolean {
    const undone = this.#moves.splice(this.#moves.length - moves);
    const opened = undone.filter(({ isOpen }) => isOpen);
    const [first] = opened;
    if (first === undefined) return true;
    if (!this.rows.undo(opened.length)) return false;
    // What was brought after the first of them began is not in memory any more.
    this.#brought = first.brought;
    for (const { gone } of undone) for (const key of gone) this.#gone.deleteRow(this.#gone.find(key));
    this.#note();
    return true;
  }

  settle(moves: number): void {
    const settled = this.#moves.splice(0, moves);
    this.rows.settle(settled.filter(({ isOpen }) => isOpen).length);
  }

  *held(): Generator<HeldColumns, void> {
    yield this.rows.columns();
    for (const { place } of this.#pages)
      if (place !== undefined) yield this.#current(this.#pages.read(place));
  }

  /** All pairs as they are now: {@link PagedState.pairs}. */
  pairs(): GivenPairs {
    const pages = this.#pages;
    const places = [...pages].flatMap(({ place }) => place ?? []);
    for (const place of places) pages.hold(place);
    const pairs = this.rows.pairs();
    const hidden = new KeyTable<undefined>(this.#brought === 0 ? 0 : pairs.length + this.#gone.size);
    if (this.#brought > 0)
      for (const keys of [pairs.keys, this.#gone.keys]) for (const key of keys) hidden.rowOf(key, undefined);
    return {
      chunks: {
        *[Symbol.iterator]() {
          yield pairs;
          for (const place of places) {
            const { keys, values } = without(pages.read(place), [hidden]);
            yield { keys, values, length: keys.length };
          }
        },
      },
      release: () => {
        for (const place of places.splice(0)) pages.letGoOf(place);
      },
    };
  }

  /** Nobody asks for it any more; what was given of it is still there. */
  release(): void {
    this.#pages.release();
    this.room.hold(this, 0);
  }

  #bring({ keys, length, hashes }: Touched): void {
    const found = new Int32Array(length);
    this.rows.findAll(keys, found, hashes);
    const wanted = new Map<StatePage, Set<number>>();
    for (let i = 0; i < length; i++) {
      if ((found[i] as number) >= 0) continue;
      const hash = hashes?.[i] ?? stableHash(keys[i]) | 0;
      const page = this.#pages.of(keys[i], hash);
      if (page.place === undefined) continue;
      const own = wanted.get(page);
      if (own === undefined) wanted.set(page, new Set([hash]));
      else own.add(hash);
    }
    for (const [page, own] of wanted) this.#take(this.#pages.find(page, own));
  }

  /** Keys that were touched before, the oldest last: {@link KeyedState.fill}. */
  #bringOlder(beforeMs: number): void {
    const older: { key: unknown; value: unknown; timeMs: number }[] = [];
    for (const page of this.#pages) {
      if (page.place === undefined || page.oldestMs >= beforeMs) continue;
      const { keys, values, timesMs } = this.#current(this.#pages.read(page.place));
      // Those that are older are in memory from now on.
      page.oldestMs = Number.POSITIVE_INFINITY;
      for (let i = 0; i < keys.length; i++) {
        const timeMs = timesMs[i] as number;
        if (timeMs < beforeMs) older.push({ key: keys[i], value: values[i], timeMs });
        else if (timeMs < page.oldestMs) page.oldestMs = timeMs;
      }
    }
    older.sort((a, b) => b.timeMs - a.timeMs);
    this.#take({
      keys: older.map(({ key }) => key),
      values: older.map(({ value }) => value),
      timesMs: older.map(({ timeMs }) => timeMs),
    });
  }

  /** Takes rows of pages into memory, as far as they are there no more. */
  #take(rows: Rows): void {
    const { keys, values, timesMs } = this.#current(rows);
    this.rows.fill(keys, values, timesMs);
    this.#brought += keys.length;
  }

  /** What still counts of rows of a page. */
  #current(rows: Rows): Rows {
    return this.#brought === 0 ? rows : without(rows, [this.rows, this.#gone]);
  }

  #note(): void {
    this.room.hold(this, stateBytes(this.rows));
  }

  /** Between two moves, when none can be undone. */
  #makeRoom(): void {
    this.#note();
    for (let parts = 0; parts < PARTS && stateBytes(this.rows) > this.room.shareOf(this); parts++) {
      this.#toDisk(this.#part);
      this.#part = (this.#part + 1) % PARTS;
      this.#note();
    }
    this.#pages.tidy();
  }

  #toDisk(part: number): void {
    const { keys, values, timesMs } = this.rows.columns();
    const isOfPart = (hash: number) => pageOf(hash, PART_BITS) === part;
    const hashes = this.rows.hashes();
    const going = Array.from(keys, (_, row) => row).filter((row) => isOfPart(hashes[row] as number));
    const changes = this.#pages.apart({
      gone: this.#gone.keys.filter((key) => isOfPart(stableHash(key) | 0)),
      keys: going.map((row) => keys[row]),
      values: going.map((row) => values[row]),
      timesMs: going.map((row) => timesMs[row] as number),
    });
    for (const [page, own] of changes) {
      const { size } = this;
      this.#pages.change(page, own);
      this.rows.change({ gone: own.keys, keys: [], values: [], timesMs: [] });
      for (const key of own.gone) this.#gone.deleteRow(this.#gone.find(key));
      this.#brought = this.#pages.size + this.rows.size - size;
    }
  }
}

/** Rows whose keys are in none of these tables. */
function without(rows: Rows, tables: readonly Pick<KeyTable, "findAll" | "size">[]): Rows {
  const { keys, values, timesMs } = rows;
  const isHidden = new Uint8Array(keys.length);
  let hidden = 0;
  const found = new Int32Array(keys.length);
  for (const table of tables) {
    if (table.size === 0) continue;
    table.findAll(keys, found);
    for (let i = 0; i < found.length; i++) {
      if ((found[i] as number) < 0 || isHidden[i] === 1) continue;
      isHidden[i] = 1;
      hidden += 1;
    }
  }
  if (hidden === 0) return rows;
  const isShown = (_: unknown, i: number) => isHidden[i] === 0;
  return {
    keys: Array.from(keys).filter(isShown),
    values: Array.from(values).filter(isShown),
    timesMs: Array.from(timesMs).filter(isShown),
  };
}

const NOTHING: StateChanges = { gone: [], keys: [], values: [], timesMs: [] };

/** Of what is in memory goes to disk at a time: an eighth. */
const PART_BITS = 3;
const PARTS = 2 ** PART_BITS;
