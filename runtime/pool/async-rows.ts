import type { Cancellation } from "./cancellation.js";

/** Throws what says that a record was at fault. */
type Blame = (error: unknown, record: unknown) => never;

/**
 * What the promise of `f` for each record gives, in the order of the records.
 * @param records are closed when no more are wanted
 * @param f is given a signal beside the record, which is aborted when its job is cancelled, another record failed, or no more
 * records are wanted
 * @param concurrency calls that are under way, or whose result waits for that of an earlier one, at a time
 * @throws what `blame` does of the first call that fails; TaskCancelled
 */
export async function* mapAsync(
  records: Iterator<unknown> | AsyncIterator<unknown>,
  f: (record: unknown, signal: AbortSignal) => unknown,
  concurrency: number,
  cancellation: Cancellation,
  blame: Blame,
): AsyncGenerator<unknown, void> {
  const calls = new Calls(f, cancellation.signal, blame);
  try {
    for (let isLast = false; ; ) {
      while (!isLast && calls.length < concurrency) {
        const step = records.next();
        const { done, value } = step instanceof Promise ? await step : step;
        isLast = done === true;
        if (!isLast) calls.begin(value);
      }
      if (calls.length === 0) return;
      yield await calls.next();
    }
  } finally {
    calls.end();
    await records.return?.();
  }
}

interface Call {
  record: unknown;
  state: "running" | "done" | "failed";
  /** What it gave, or threw. */
  value: unknown;
}

/** Calls that were begun and whose results were not taken, in order. */
class Calls {
  readonly #calls: Call[] = [];
  readonly #ended = new AbortController();
  /** The first that failed, wherever it stands. */
  #failed: Call | undefined;
  /** What waits for any of them. */
  #wake = (): void => undefined;

  constructor(
    private readonly f: (record: unknown, signal: AbortSignal) => unknown,
    private readonly signal: AbortSignal,
    private readonly blame: Blame,
  ) {
    signal.addEventListener("abort", this.#stop, { once: true });
  }

  get length(): number {
    return this.#calls.length;
  }

  begin(record: unknown): void {
    const call: Call = { record, state: "running", value: undefined };
    this.#calls.push(call);
    called(this.f, record, this.#ended.signal).then(
      (value) => this.#settle(call, "done", value),
      (error: unknown) => this.#settle(call, "failed", error),
    );
  }

  /** The result of the first one. @throws what `blame` does of any that failed; TaskCancelled */
  async next(): Promise<unknown> {
    for (;;) {
      if (this.signal.aborted) throw this.signal.reason;
      if (this.#failed !== undefined) this.blame(this.#failed.value, this.#failed.record);
      if (this.#calls[0]?.state === "done") return this.#calls.shift()?.value;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Nobody takes the results of the others. */
  end(): void {
    this.signal.removeEventListener("abort", this.#stop);
    if (this.#calls.length > 0) this.#ended.abort(this.signal.reason);
  }

  readonly #stop = (): void => {
    this.#ended.abort(this.signal.reason);
    this.#wake();
  };

  #settle(call: Call, state: "done" | "failed", value: unknown): void {
    call.state = state;
    call.value = value;
    if (state === "failed") this.#failed ??= call;
    this.#wake();
  }
}

/** A function that throws before it gives a promise has failed as one whose promise is rejected. */
async function called(
  f: (record: unknown, signal: AbortSignal) => unknown,
  record: unknown,
  signal: AbortSignal,
): Promise<unknown> {
  return f(record, signal);
}

/**
 * The elements of what an async function gives for a partition: of an iterable, an async one, or a promise of one.
 * @throws what it throws; TaskCancelled while it is waited for
 */
export async function* awaited(
  begin: () => unknown,
  { signal }: Cancellation,
): AsyncGenerator<unknown, void> {
  const given = (await orAborted(begin(), signal)) as
    | Partial<AsyncIterable<unknown> & Iterable<unknown>>
    | null
    | undefined;
  const iterator = given?.[Symbol.asyncIterator]?.() ?? given?.[Symbol.iterator]?.();
  if (iterator === undefined)
    throw new TypeError(`an iterable of records is needed here, not ${String(given)}`);
  let isDone = false;
  try {
    for (;;) {
      const next = (await orAborted(iterator.next(), signal)) as IteratorResult<unknown>;
      isDone = next.done === true;
      if (isDone) return;
      yield next.value;
    }
  } finally {
    // Left before its end: what it has open it closes now, within the task; one that was cancelled is not waited for.
    if (!isDone) await orAborted(iterator.return?.(), signal);
  }
}

/** Waits no longer than the task may run. */
function orAborted(value: unknown, signal: AbortSignal): unknown {
  if (!(value instanceof Promise)) return value;
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    const over = () => signal.removeEventListener("abort", stop);
    value.finally(over).then(resolve, reject);
  });
}

/** For what a function gives that nobody waits for. @throws TypeError when it is a promise */
export function noPromise(given: unknown): void {
  if (given === undefined || given === null || typeof (given as { then?: unknown }).then !== "function")
    return;
  throw new TypeError(
    "it gave a promise, which is waited for only where the function is declared async: write `async (record) => …`",
  );
}
