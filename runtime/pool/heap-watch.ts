import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Of a worker's memory: garbage that may come on top of what is in use, before it is collected to see how much that is. */
const GARBAGE_SHARE = 0.5;

/**
 * Looks whether this thread holds more than it may. V8's own limit is no help for that: one allocation beyond it, of an
 * array or a Map that grows, ends the whole process, and before it gives up it collects garbage for seconds.
 */
export class HeapWatch {
  /** Bytes in use, with garbage, from which on the garbage is collected. */
  #collectAt: number;

  /** @param limitBytes of the heap, with the bytes of typed arrays */
  constructor(private readonly limitBytes: number) {
    this.#collectAt = limitBytes;
  }

  /** True when what is in use, without garbage, is more than the limit. Takes a microsecond, or a collection. */
  isOver(): boolean {
    if (bytesInUse() <= this.#collectAt) return false;
    const live = this.#live();
    this.#collectAt = Math.max(this.limitBytes, live + this.limitBytes * GARBAGE_SHARE);
    return live > this.limitBytes;
  }

  /** Bytes of typed arrays are given back beside a collection, and all of them only when the next one begins. */
  #live(): number {
    collectGarbage();
    if (bytesInUse() > this.limitBytes) collectGarbage();
    return bytesInUse();
  }
}

/** Ends a task whose worker holds more than it may. */
export class OutOfMemory extends Error {
  override readonly name = "OutOfMemory";

  constructor() {
    super("the worker holds more than it may");
  }
}

/** Shared memory is counted by nobody: it is not a thread's own. */
function bytesInUse(): number {
  const { used_heap_size: heap, external_memory: typedArrays } = getHeapStatistics();
  return heap + typedArrays;
}

let collect: (() => void) | undefined;

/** Collects all garbage of this thread, which stands still meanwhile. */
export function collectGarbage(): void {
  collect ??= exposedCollector();
  collect();
}

/** Flags are the process's: another thread that takes this one back meanwhile only makes us try again. */
function exposedCollector(): () => void {
  for (;;) {
    setFlagsFromString("--expose-gc");
    const found: unknown = runInNewContext("typeof gc === 'function' ? gc : undefined");
    setFlagsFromString("--no-expose-gc");
    if (typeof found === "function") return found as () => void;
  }
}
