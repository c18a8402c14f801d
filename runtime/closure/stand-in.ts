import { StreamError } from "../stream-error.js";
import { type Accumulated, type AccumulationKind, accumulation } from "./accumulation.js";
import { placesIn } from "./import-places.js";
import { pack, unpack } from "./pack.js";
import type { BroadcastBytes, PortableFunction, StandIn } from "./portable-function.js";

/** What the runtime uses of an accumulator of a class of the program's own. */
interface Registered {
  readonly isZero: boolean;
  reset(): void;
}

/** An object that has a {@link StandIn} where a function goes: a method of this name gives it. */
export const STAND_IN = Symbol.for("millrace.standIn");

/** The stand-ins of one worker thread: one for each object, whichever functions captured it. */
export class StandIns {
  readonly #broadcasts = new Map<string, BroadcastCopy>();
  readonly #destroyed = new Set<string>();
  readonly #accumulators = new Map<string, TaskAccumulator>();
  readonly #registered = new Map<string, Registered>();

  /** @param makeAgain makes the value of a broadcast of what gives it; its modules are there */
  of(standIn: StandIn, makeAgain: (portable: PortableFunction) => unknown): unknown {
    switch (standIn.is) {
      case "accumulator":
        return this.#accumulator(standIn);
      case "registered":
        return this.#gathering(standIn.id, () => makeAgain(unpack(standIn.packed) as PortableFunction));
      case "broadcast":
        return this.#broadcast(standIn.id, () => makeAgain(unpack(standIn.packed) as PortableFunction));
    }
  }

  /** Drops the copy of a broadcast value; it is made again when it is asked for, unless the broadcast is destroyed. */
  release(broadcast: string, destroyed: boolean): void {
    if (destroyed) this.#destroyed.add(broadcast);
    this.#broadcasts.get(broadcast)?.release(destroyed);
  }

  /** What was added since the last call. */
  takeAccumulated(): Accumulated {
    const known = [...this.#accumulators].flatMap(([accumulator, local]) => {
      const part = local.take();
      return part === undefined ? [] : [{ accumulator, part }];
    });
    const own = [...this.#registered].flatMap(([accumulator, local]) => {
      if (local.isZero) return [];
      const part = structuredClone({ ...local });
      local.reset();
      return [{ accumulator, part }];
    });
    return [...known, ...own];
  }

  #gathering(id: string, make: () => unknown): Registered {
    const local = this.#registered.get(id) ?? (make() as Registered);
    this.#registered.set(id, local);
    return local;
  }

  #broadcast(id: string, make: () => unknown): BroadcastCopy {
    const copy = this.#broadcasts.get(id) ?? new BroadcastCopy(make, this.#destroyed.has(id));
    this.#broadcasts.set(id, copy);
    return copy;
  }

  #accumulator({ id, kind }: Extract<StandIn, { is: "accumulator" }>): TaskAccumulator {
    const local = this.#accumulators.get(id) ?? new TaskAccumulator(kind);
    this.#accumulators.set(id, local);
    return local;
  }
}

/** A value, captured by a function that gives it, as bytes in memory that all threads share. */
export function broadcastBytes(value: PortableFunction): BroadcastBytes {
  return { packed: pack(value), imports: placesIn(value) };
}

/** A broadcast in a worker thread: the value is made of the bytes when it is first asked for. */
class BroadcastCopy {
  #copy: { value: unknown } | undefined;

  constructor(
    private readonly make: () => unknown,
    private destroyed: boolean,
  ) {}

  get value(): unknown {
    if (this.destroyed) throw destroyedBroadcast();
    this.#copy ??= { value: this.make() };
    return this.#copy.value;
  }

  release(destroyed: boolean): void {
    this.#copy = undefined;
    this.destroyed ||= destroyed;
  }
}

export function destroyedBroadcast(): StreamError {
  return new StreamError(
    "RT_BROADCAST_DESTROYED",
    "this broadcast was destroyed; its value cannot be used any more",
  );
}

/** An accumulator in a worker thread: what the task at hand added. */
class TaskAccumulator {
  #part: unknown;
  #touched = false;

  constructor(private readonly kind: AccumulationKind) {}

  add(value: unknown): void {
    const { zero, add } = accumulation(this.kind);
    this.#part = add(this.#touched ? this.#part : zero(), value);
    this.#touched = true;
  }

  get value(): never {
    throw new StreamError(
      "RT_ACCUMULATOR",
      "the value of an accumulator can be read in the program only; a task knows what it added itself, not what others did",
    );
  }

  /** The part so far, which begins again; undefined when nothing was added. */
  take(): unknown {
    const part = this.#touched ? this.#part : undefined;
    this.#touched = false;
    this.#part = undefined;
    return part;
  }
}
