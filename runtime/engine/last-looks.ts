import { setTimeout as wait } from "node:timers/promises";
import { hasState } from "../operators/table.js";
import type { RddNode } from "../plan/rdd-node.js";
import { type StreamNode, stateKey } from "../plan/stream-node.js";
import type { JobRunner } from "./job-runner.js";
import type { LastState } from "./port.js";

/** What was in a window or a state after the last batch: the largest rows, at most {@link MOST_ROWS}, and how many there were. */
export interface LastLook {
  timeMs: number;
  rows: unknown[];
  count: number;
}

interface LastLooksOptions {
  runner: JobRunner;
  /** The RDD of a stream's last batch that is done. */
  latest(stream: StreamNode): { rdd: RddNode; timeMs: number } | undefined;
}

/** Rows that are kept of a stream, and entries of each partition of a state. */
const MOST_ROWS = 1_000;
/** Of a state that lies on disk all is read to find the greatest of it: of more than this no stop waits for that. */
const MOST_DISK_BYTES = 2 ** 26;
/** A stop waits no longer for workers that are busy with something else. */
const LIMIT_MS = 1_000;

/**
 * Windows and states are let go with the run that moved them. Where people look at streams, it first has a look itself, at those
 * that can be read without a function of the program being called for it.
 */
export class LastLooks {
  readonly #seen = new Map<string, LastLook>();
  readonly #states = new Map<string, LastState>();

  constructor(private readonly options: LastLooksOptions) {}

  /**
   * Resolves when all are taken, or the time for it is over: what was not seen by then is not kept.
   * @param tag whose jobs they are
   */
  async take(streams: readonly StreamNode[], tag: unknown): Promise<void> {
    const { runner } = this.options;
    const jobs = streams.filter(isHeld).map((stream) => ({ stream, job: runner.newJob(tag) }));
    const over = new AbortController();
    const late = wait(LIMIT_MS, undefined, { signal: over.signal, ref: false }).then(
      () => {
        for (const { job } of jobs) runner.cancel(job);
      },
      () => undefined, // all are taken
    );
    const looks = jobs.map(({ stream, job }) => this.#look(stream, job));
    const states = streams.filter(({ op }) => hasState(op)).map((stream) => this.#lookAtState(stream));
    await Promise.race([Promise.all([...looks, ...states]), late]);
    over.abort();
  }

  /** Undefined for a stream that was not looked at. */
  of(stream: StreamNode): LastLook | undefined {
    return this.#seen.get(stream.id);
  }

  /** What a stream's own state held; undefined for one that nothing had moved. */
  state(stream: StreamNode): LastState | undefined {
    return this.#states.get(stream.id);
  }

  /** How much there is of it is known at once; the look may come too late. */
  async #lookAtState(stream: StreamNode): Promise<void> {
    const { runner } = this.options;
    const key = stateKey(stream);
    const timeMs = runner.states.version(key);
    if (timeMs === undefined) return;
    const diskBytes = runner.states.diskBytes(key) ?? 0;
    const last: LastState = { timeMs, rows: runner.states.rows(key) ?? 0, diskBytes, look: undefined };
    this.#states.set(stream.id, last);
    if (diskBytes > MOST_DISK_BYTES) return;
    last.look = await runner.look(key, { limit: MOST_ROWS }).catch(() => undefined); // nobody waits for it
  }

  async #look(stream: StreamNode, job: number): Promise<void> {
    const latest = this.options.latest(stream);
    if (latest === undefined) return;
    const action = { kind: "top", limit: MOST_ROWS } as const;
    const look = await this.options.runner.run(latest.rdd, action, job).catch(() => undefined); // nobody waits for it
    if (look !== undefined && "rows" in look && "count" in look)
      this.#seen.set(stream.id, { timeMs: latest.timeMs, ...look });
  }
}

/** Whether the workers hold what the stream gave: to read it calls no function of the program. */
function isHeld({ op, functions, parents }: StreamNode): boolean {
  if (hasState(op) || op === "window") return true;
  return functions.length === 0 && parents.length > 0 && parents.every(isHeld);
}
