/** The processes below a process, and signals that reach all of them. */

import { type ListedProcess, listProcesses } from "./process-list.js";

/**
 * How long those that were told to stop may take. A busy machine gives each its turn before; one that stands in the kernel, at a file of a
 * network, may never stop, and starts nothing meanwhile.
 */
const STOP_LIMIT_MS = 250;
const LOOK_AGAIN_MS = 1;
const clock = new Int32Array(new SharedArrayBuffer(4));

/** Those of `pids` and all below them, each before its children. */
export function withDescendants(
  processes: readonly ListedProcess[],
  pids: Iterable<number>,
): ListedProcess[] {
  const found = new Set(pids);
  // Grows while it is gone through.
  for (const pid of found) for (const child of childrenOf(processes, pid)) found.add(child.pid);
  const byPid = new Map(processes.map((one) => [one.pid, one]));
  return [...found].flatMap((pid) => byPid.get(pid) ?? []);
}

export function childrenOf(processes: readonly ListedProcess[], pid: number): ListedProcess[] {
  return processes.filter(({ parent }) => parent === pid);
}

/**
 * Those of `known`, a tree of processes, that have not ended since, and those that they started unseen: what was forked while they were
 * looked at is in their group, no older than the oldest of them, and has a parent outside of the group since its own has ended.
 */
export function stillThere(
  processes: readonly ListedProcess[],
  known: readonly ListedProcess[],
): ListedProcess[] {
  const startedAt = new Map(known.map(({ pid, started }) => [pid, started]));
  const groups = new Set(known.map(({ group }) => group));
  const since = Math.min(...startedAt.values());
  const groupOf = new Map(processes.map(({ pid, group }) => [pid, group]));
  const isOrphan = ({ parent, group, started }: ListedProcess) =>
    groups.has(group) && started >= since && groupOf.get(parent) !== group;
  return processes.filter(
    (one) => one.state !== "Z" && (startedAt.get(one.pid) === one.started || isOrphan(one)),
  );
}

/**
 * Sends `signal` to the processes `pids` and to all below them, also to those that are started just then: they are stopped
 * first, and looked at until none is new. Of those that do not stop in time one may be missed: {@link stillThere} tells it later. Returns
 * who was found. Any thread; blocks it for some milliseconds, at most {@link STOP_LIMIT_MS}.
 */
export function signalTrees(pids: readonly number[], signal: NodeJS.Signals): ListedProcess[] {
  if (pids.length === 0) return [];
  const trees = new StoppedTrees(pids);
  try {
    trees.stop();
    return trees.found;
  } finally {
    signalEach(
      trees.found.map(({ pid }) => pid),
      signal,
    );
    trees.goOn();
  }
}

/** Sends `signal` to each process; those that have ended meanwhile, or are not ours, are left out. Returns the others. */
export function signalEach(pids: readonly number[], signal: NodeJS.Signals): number[] {
  return pids.filter((pid) => {
    try {
      return process.kill(pid, signal);
    } catch (error) {
      if (!isGoneOrForeign(error)) throw error;
      return false;
    }
  });
}

class StoppedTrees {
  readonly #known = new Map<number, ListedProcess>();
  readonly #roots: readonly number[];
  /** Without those that were stopped before, and those of others. */
  readonly #stopped = new Set<number>();

  constructor(roots: readonly number[]) {
    this.#roots = roots;
  }

  /** Each before its children. */
  get found(): ListedProcess[] {
    return [...this.#known.values()];
  }

  /** Only what is looked at when all are stopped is sure to show all that they have started. */
  stop(): void {
    const deadline = performance.now() + STOP_LIMIT_MS;
    for (let wasStill = false; ; ) {
      const present = withDescendants(listProcesses(), [...this.#roots, ...this.#known.keys()]);
      const fresh = present.filter(({ pid }) => !this.#known.has(pid));
      if (wasStill && fresh.length === 0) return;
      for (const one of fresh) this.#add(one);
      if (performance.now() > deadline) return;
      wasStill = fresh.length === 0 && present.every((one) => isStill(one) || !this.#stopped.has(one.pid));
      if (!wasStill) Atomics.wait(clock, 0, 0, LOOK_AGAIN_MS);
    }
  }

  /** Children first: a shell that goes on finds its jobs as it left them. */
  goOn(): void {
    signalEach([...this.#stopped].reverse(), "SIGCONT");
  }

  #add(one: ListedProcess): void {
    this.#known.set(one.pid, one);
    if (isStill(one)) return;
    for (const pid of signalEach([one.pid], "SIGSTOP")) this.#stopped.add(pid);
  }
}

/** It starts no process. */
function isStill({ state }: ListedProcess): boolean {
  return "TtZX".includes(state);
}

function isGoneOrForeign(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ESRCH" || error.code === "EPERM");
}
