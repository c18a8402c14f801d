/** The processes of this machine, on the systems that can tell. */

import childProcess from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";

/** Node's own: calls of cells are announced (child-processes.ts), and this is called on their thread too. */
const { execFileSync } = childProcess;

/** A process at the moment it was looked at. */
export interface ListedProcess {
  pid: number;
  parent: number;
  /** As `ps` has it: T is stopped, Z has ended and waits for its parent to notice. */
  state: string;
  /** The id of its group's leader, alive or not. */
  group: number;
  /** When it was started, in whatever unit: with its id it is one process, which an id alone is not for ever. */
  started: number;
}

/**
 * All that may be seen, as of now: from /proc where there is one, else from `ps`. One that starts or ends meanwhile may be left out. Any
 * thread; blocks it for a few milliseconds.
 * @throws Error when there is neither
 */
export function listProcesses(): ListedProcess[] {
  return existsSync("/proc/self/stat") ? listByProc() : listByPs();
}

function listByProc(): ListedProcess[] {
  return readdirSync("/proc").flatMap((name) => {
    const pid = Number(name);
    const listed = Number.isInteger(pid) ? readStat(pid) : undefined;
    return listed === undefined ? [] : [listed];
  });
}

/** Fields 3 to 5 and 22 of stat. The second is the program's name in brackets, which may hold anything. */
function readStat(pid: number): ListedProcess | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return {
      pid,
      state: fields[0] ?? "",
      parent: Number(fields[1]),
      group: Number(fields[2]),
      started: Number(fields[19]),
    };
  } catch {
    // It ended while the others were read.
    return undefined;
  }
}

/** For macOS. */
export function listByPs(): ListedProcess[] {
  const listing = execFileSync("ps", ["-A", "-o", "pid=,ppid=,pgid=,state=,lstart="], {
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C" },
  });
  return [...listing.matchAll(/^ *(\d+) +(\d+) +(\d+) +(\S+) +(.*)$/gm)].map(
    ([, pid, parent, group, state, started]) => ({
      pid: Number(pid),
      parent: Number(parent),
      group: Number(group),
      state: state?.charAt(0) ?? "",
      started: Date.parse(started ?? ""),
    }),
  );
}
