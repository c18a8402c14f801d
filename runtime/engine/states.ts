import type { StateMove } from "../operators/operator.js";
import type { KeyKinds, StateRead } from "../pool/task.js";
import type { StateBytes } from "../state/state-bytes.js";
import { StateLost } from "./state-lost.js";

/** What is to be kept of one partition of a state that moved. */
export interface KeptMove {
  state: string;
  /** Version it moved to. */
  version: number;
  partition: number;
  /** How many partitions the state has. */
  partitions: number;
  /** Whether it is the state as a whole, or only what the move changed. */
  whole: boolean;
  bytes: StateBytes;
  /** Keys that the partition holds after it. */
  rows: number;
  /** What of it is on disk. */
  diskBytes: number;
  kinds?: KeyKinds | undefined;
}

/** Where committed moves are. */
export interface StateStore {
  /** The state of a partition at a version that was committed: a whole one, and the changes since. */
  parts(state: string, partition: number, version: number): Promise<StateBytes[]>;
  /** Whether the next move of a state, to this version, is to be kept as a whole: then what is there of it before is not needed any more. */
  wantsWhole(state: string, version: number): boolean;
}

interface Tracked {
  /** Undefined: nothing moved it yet. */
  version: number | undefined;
  committed: number | undefined;
  /** Moves since the last commit, in order. */
  moves: KeptMove[];
  store: StateStore | undefined;
  /** Is told once, of the first keys that come. May throw: then the move is none. */
  watch: ((kinds: KeyKinds) => void) | undefined;
  /** Keys it holds as of its last move, bytes on disk, and partitions; undefined before one. */
  rows: number | undefined;
  diskBytes: number | undefined;
  partitions: number | undefined;
}

/**
 * The versions of the states that the workers hold. A batch moves a state from version to version; when its outputs are
 * done the moves are committed, and if it fails the state is at the committed version again: the next move says so, and the
 * workers go back by themselves.
 */
export class States {
  readonly #states = new Map<string, Tracked>();

  /** How a state is moved next. */
  next({ key, version: after, madeFor }: StateMove): StateRead {
    const { version, committed, store, watch } = this.#tracked(key);
    const whole = version === undefined || (store?.wantsWhole(key, after) ?? false);
    return { key, madeFor, before: version, after, settled: committed, whole, kinds: watch !== undefined };
  }

  /** All partitions of a state have moved. */
  moved(key: string, version: number, moves: readonly KeptMove[]): void {
    const tracked = this.#tracked(key);
    const kinds = moves.find((move) => move.kinds !== undefined)?.kinds;
    if (kinds !== undefined) {
      tracked.watch?.(kinds);
      tracked.watch = undefined;
    }
    tracked.version = version;
    tracked.moves.push(...moves);
    tracked.rows = moves.reduce((sum, { rows }) => sum + rows, 0);
    tracked.diskBytes = moves.reduce((sum, { diskBytes }) => sum + diskBytes, 0);
    tracked.partitions = moves.length;
  }

  /** Tells of what kinds a key is that a state holds, and one that comes. @param watch called once; what it throws fails the move */
  watchKeys(key: string, watch: (kinds: KeyKinds) => void): void {
    this.#tracked(key).watch = watch;
  }

  /** The version up to which a state has moved. */
  version(key: string): number | undefined {
    return this.#states.get(key)?.version;
  }

  /** Keys that a state holds as of its last move; undefined where nothing has moved it since it began or was restored. */
  rows(key: string): number | undefined {
    return this.#states.get(key)?.rows;
  }

  /** Bytes of a state that are on disk; undefined likewise. */
  diskBytes(key: string): number | undefined {
    return this.#states.get(key)?.diskBytes;
  }

  /** How many partitions a state has; undefined likewise. */
  partitions(key: string): number | undefined {
    return this.#states.get(key)?.partitions;
  }

  /** The moves of these states since the last commit; they count as committed from now on. */
  commit(keys: Iterable<string>): KeptMove[] {
    return [...keys].flatMap((key) => {
      const tracked = this.#states.get(key);
      if (tracked === undefined) return [];
      tracked.committed = tracked.version;
      return tracked.moves.splice(0);
    });
  }

  /** These states are as they were committed last. */
  rollBack(keys: Iterable<string>): void {
    for (const key of keys) {
      const tracked = this.#states.get(key);
      if (tracked === undefined) continue;
      tracked.version = tracked.committed;
      tracked.moves.length = 0;
    }
  }

  /** Committed moves of a state are to be found there. @param version of the last one; undefined when there are none */
  keepIn(key: string, store: StateStore, version?: number): void {
    this.#states.set(key, {
      version,
      committed: version,
      moves: [],
      store,
      watch: undefined,
      rows: undefined,
      diskBytes: undefined,
      partitions: undefined,
    });
  }

  release(keys: Iterable<string>): void {
    for (const key of keys) this.#states.delete(key);
  }

  /** A partition of a state at the version that a move begins with. @throws StateLost when it was not committed */
  async parts({ key, before }: StateRead, partition: number): Promise<StateBytes[]> {
    const { committed = Number.NEGATIVE_INFINITY, store } = this.#tracked(key);
    if (store === undefined || before === undefined || before > committed) throw new StateLost(key);
    return store.parts(key, partition, before);
  }

  #tracked(key: string): Tracked {
    let tracked = this.#states.get(key);
    if (tracked === undefined) {
      tracked = {
        version: undefined,
        committed: undefined,
        moves: [],
        store: undefined,
        watch: undefined,
        rows: undefined,
        diskBytes: undefined,
        partitions: undefined,
      };
      this.#states.set(key, tracked);
    }
    return tracked;
  }
}
