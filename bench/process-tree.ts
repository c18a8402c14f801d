import { readdirSync, readFileSync } from "node:fs";

/**
 * Memory of a process and all that it started, in MiB: the sum of their proportional set sizes, so that pages which two
 * processes share (Node's own text) count once. Reads /proc, so Linux only.
 */
export function treeMemoryMiB(pid: number): number {
  const tree = descendants(pid);
  return tree.reduce((sum, one) => sum + proportionalSetKiB(one), 0) / 1024;
}

function descendants(pid: number): number[] {
  const children = childrenByParent();
  const tree = [pid];
  for (const one of tree) tree.push(...(children.get(one) ?? []));
  return tree;
}

function childrenByParent(): Map<number, number[]> {
  const children = new Map<number, number[]>();
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    const parent = parentOf(pid);
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(pid)]);
  }
  return children;
}

/** Undefined for a process that ended while we looked. */
function parentOf(pid: string): number | undefined {
  const stat = readIfThere(`/proc/${pid}/stat`);
  // The name, in parentheses, may hold blanks; state and parent come after it.
  return stat === undefined ? undefined : Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
}

function proportionalSetKiB(pid: number): number {
  const kiB = readIfThere(`/proc/${pid}/smaps_rollup`)?.match(/^Pss: +(\d+) kB$/m)?.[1];
  return Number(kiB ?? 0);
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ESRCH") return undefined;
    throw error;
  }
}

/** CPU time of a process and all that it started and that still runs, in ms. Reads /proc, so Linux only. */
export function treeCpuMs(pid: number): number {
  return descendants(pid).reduce((sum, one) => sum + cpuMs(one), 0);
}

/** A clock tick is 10 ms on every Linux that Node runs on. */
const TICK_MS = 10;

function cpuMs(pid: number): number {
  const stat = readIfThere(`/proc/${pid}/stat`);
  // Fields 14 and 15 of the line; the first two are the id and the name.
  const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ") ?? [];
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * TICK_MS;
}
