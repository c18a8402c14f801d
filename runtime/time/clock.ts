/** The only reader of the system clock. Everything else is given a {@link Clock}: time is a parameter. */
export interface Clock {
  /** Milliseconds since the Unix epoch, as this clock sees them. */
  now(): number;
  /** Calls `wake` once, when the clock reaches `atMs` (soon, if that is past). The returned function takes it back. */
  at(atMs: number, wake: () => void): () => void;
}

/**
 * Real time. Who wakes has received what had come by then: of a thread that had no turn for some seconds Node would run all timers
 * first, so that batches were empty whose records lay in the socket.
 */
export class SystemClock implements Clock {
  now(): number {
    return Date.now();
  }

  at(atMs: number, wake: () => void): () => void {
    // Node's timers may fire up to a millisecond early: look again, so that no batch starts before its time.
    let timer = setTimeout(check, Math.max(0, atMs - Date.now()));
    let due: NodeJS.Immediate | undefined;
    function check() {
      const leftMs = atMs - Date.now();
      if (leftMs > 0) timer = setTimeout(check, leftMs);
      else due = setImmediate(wake);
    }
    return () => {
      clearTimeout(timer);
      clearImmediate(due);
    };
  }
}

interface Waiter {
  atMs: number;
  wake: () => void;
}

/**
 * Virtual time: it moves only when told, so that a program over it is deterministic.
 * Waiters wake in order of their time, each seeing the clock at its own time.
 */
export class ManualClock implements Clock {
  #nowMs: number;
  #waiters: Waiter[] = [];

  constructor(startMs = 0) {
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  at(atMs: number, wake: () => void): () => void {
    const waiter = { atMs, wake };
    this.#waiters.push(waiter);
    return () => {
      this.#waiters = this.#waiters.filter((other) => other !== waiter);
    };
  }

  /** Moves on by `ms`, waking whoever waits for a time up to then, those who start to wait meanwhile included. */
  advance(ms: number): void {
    this.advanceTo(this.#nowMs + ms);
  }

  /** Moves on to `toMs`; the past is left alone. */
  advanceTo(toMs: number): void {
    for (let next = this.#earliest(toMs); next !== undefined; next = this.#earliest(toMs)) {
      const due = next;
      this.#waiters = this.#waiters.filter((other) => other !== due);
      this.#nowMs = Math.max(this.#nowMs, due.atMs);
      due.wake();
    }
    this.#nowMs = Math.max(this.#nowMs, toMs);
  }

  #earliest(toMs: number): Waiter | undefined {
    let first: Waiter | undefined;
    for (const waiter of this.#waiters) {
      if (waiter.atMs <= toMs && (first === undefined || waiter.atMs < first.atMs)) first = waiter;
    }
    return first;
  }
}

/** Monotonic milliseconds for measuring how long something took; never for the time of a batch. */
export function stopwatch(): () => number {
  const start = performance.now();
  return () => performance.now() - start;
}
