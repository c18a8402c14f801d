/** The processes below a process, on the systems that can tell. */

import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";

/** Process ids by the id of their parent. */
export type ProcessTree = ReadonlyMap<number, readonly number[]>;

/**
 * All processes of this machine that may be seen, as of now: from /proc where there is one, else from `ps`. Any thread;
 * blocks it for a few milliseconds.
 * @throws Error when there is neither
 */
export function readProcessTree(): ProcessTree {
  const tree = new Map<number, number[]>();
  for (const [pid, parent] of existsSync("/proc/self/stat") ? fromProc() : fromPs()) {
    const children = tree.get(parent);
    if (children === undefined) tree.set(parent, [pid]);
    else children.push(pid);
  }
  return tree;
}

/** `pid` and all below it, parents first. */
export function withDescendants(tree: ProcessTree, pid: number): number[] {
  return [pid, ...(tree.get(pid) ?? []).flatMap((child) => withDescendants(tree, child))];
}

/** Sends `signal` to each process; those that have ended meanwhile, or are not ours, are left out. */
export function signalEach(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if (!isGoneOrForeign(error)) throw error;
    }
  }
}

type Entry = readonly [pid: number, parent: number];

function* fromProc(): Iterable<Entry> {
  for (const name of readdirSync("/proc")) {
    const pid = Number(name);
    const parent = Number.isInteger(pid) ? parentOf(pid) : undefined;
    if (parent !== undefined) yield [pid, parent];
  }
}

/** Fourth field of stat. The second is the program's name in brackets, which may hold anything. */
function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    // It ended while the others were read.
    return undefined;
  }
}

function* fromPs(): Iterable<Entry> {
  const listing = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" });
  for (const line of listing.split("\n")) {
    const [pid, parent] = line.trim().split(/\s+/).map(Number);
    if (pid !== undefined && parent !== undefined) yield [pid, parent];
  }
}

function isGoneOrForeign(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ESRCH" || error.code === "EPERM");
}
