import type { Materialized } from "../closure/materialize.js";
import type { ScratchFiles } from "../disk/scratch-folder.js";
import type { Cancellation } from "./cancellation.js";
import { blameNoStep } from "./program.js";
import { ReadRoom } from "./read-room.js";
import { type Merged, type Reader, throughSteps } from "./reader.js";
import type { ShuffleExchange } from "./shuffle-exchange.js";
import type { StateSlots } from "./state-slots.js";
import type { Moved, ShuffleRead } from "./task.js";

interface MergedShufflesOptions {
  /** The reduce sides of wide operators. */
  readers: ReadonlyMap<string, Reader>;
  exchange: ShuffleExchange;
  states: StateSlots;
  files: ScratchFiles;
  /** What results may take in memory, and what a reader may while it works. */
  shareBytes: number;
  cancellation: Cancellation;
  functionOf(id: string): Materialized;
}

/** The reduce side: what was read of shuffles is kept for later jobs, by partition, until the shuffle is released. */
export class MergedShuffles {
  /** In each of its forms. */
  readonly #merged = new Map<number, Map<number, { views: Map<string, Merged>; room: ReadRoom }>>();
  readonly #kept = { bytes: 0 };

  constructor(private readonly options: MergedShufflesOptions) {}

  /** Those of which there is a partition. */
  shuffles(): Iterable<number> {
    return this.#merged.keys();
  }

  /**
   * A partition of a shuffle, merged when it is first asked for.
   * @param moved takes what is to be kept of a state that it moved
   */
  read(read: ShuffleRead, moved: (moved: Moved) => void): Merged {
    const partitions = this.#merged.get(read.shuffle) ?? new Map();
    this.#merged.set(read.shuffle, partitions);
    const known = partitions.get(read.partition);
    if (known !== undefined) return viewOf(known.views, read);
    const { shareBytes, files, cancellation, states, exchange } = this.options;
    const room = new ReadRoom(shareBytes, files, this.#kept, cancellation);
    const byReader = <T>(work: () => T) => blameNoStep(read.reader, work);
    const views = new Map<string, Merged>();
    try {
      const merged = byReader(() => this.#merge(read, room, views));
      // What is read on the way may fail on the way.
      const chunks = Array.isArray(merged) ? merged : throughSteps(merged, byReader);
      if (read.state !== null) moved(states.finish(read.state, read.partition));
      if (!room.needsBuckets) exchange.merged(read.shuffle, read.partition);
      views.set("", chunks);
      partitions.set(read.partition, { views, room });
      return viewOf(views, read);
    } catch (error) {
      room.release();
      throw error;
    }
  }

  release(shuffle: number): void {
    for (const { room } of this.#merged.get(shuffle)?.values() ?? []) room.release();
    this.#merged.delete(shuffle);
    this.options.exchange.release(shuffle);
  }

  #merge(read: ShuffleRead, room: ReadRoom, views: Map<string, Merged>): Merged {
    const { readers, exchange, states, functionOf } = this.options;
    const reader = readers.get(read.reader);
    if (reader === undefined) throw new Error(`there is no reader named ${read.reader}`);
    const { params, partition, state } = read;
    return reader.read(exchange.received(read.shuffle, partition), {
      functions: read.functions.map(functionOf),
      params,
      state: {
        move: (create, comingBytes = 0) => {
          if (state === null) throw new Error(`${read.reader} has moved its state already`);
          return states.begin(state, partition, create, comingBytes);
        },
      },
      partition,
      room,
      also: (view, merged) => views.set(view, merged),
    });
  }
}

function viewOf(views: ReadonlyMap<string, Merged>, { view, reader }: ShuffleRead): Merged {
  const merged = views.get(view);
  if (merged === undefined) throw new Error(`${reader} has no ${view} in this batch`);
  return merged;
}
