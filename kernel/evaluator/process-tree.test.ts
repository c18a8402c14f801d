import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { afterEach, describe, expect, it } from "vitest";
import { listByPs, listProcesses } from "./process-list.js";
import { signalEach, signalTrees, stillThere, withDescendants } from "./process-tree.js";

const pidsOf = (listed: readonly { pid: number }[]) => listed.map(({ pid }) => pid);

const shells: ChildProcess[] = [];

/** A shell in a group of its own, which the test takes away whatever it leaves. */
function shell(script: string) {
  const child = spawn("sh", ["-c", script], { stdio: ["ignore", "pipe", "ignore"], detached: true });
  shells.push(child);
  if (child.pid === undefined) throw new Error("there is no sh");
  return Object.assign(child, { pid: child.pid });
}

afterEach(() => {
  for (const { pid } of shells.splice(0)) if (pid !== undefined) signalEach([-pid], "SIGKILL");
});

/** Resolves when the process with this id stands still. */
const stopped = (pid: number) =>
  expect.poll(() => listProcesses().find((one) => one.pid === pid)?.state).toBe("T");

describe("the list of processes", () => {
  it("is the same by /proc and by ps, but for how they say when a process started", async () => {
    const child = shell("sleep 600 & kill -STOP $!; echo $!; wait");
    const job = Number(String((await once(child.stdout, "data"))[0]));
    await stopped(job);
    for (const list of [listProcesses, listByPs]) {
      const all = list();
      expect(all).toContainEqual(expect.objectContaining({ pid: process.pid, parent: process.ppid }));
      expect(pidsOf(withDescendants(all, [child.pid]))).toEqual([child.pid, job]);
      expect(all).toContainEqual(expect.objectContaining({ pid: job, parent: child.pid, state: "T" }));
      expect(stillThere(list(), all)).toContainEqual(expect.objectContaining({ pid: job }));
    }
  });
});

describe("a tree of processes", () => {
  it("is a process, its children and theirs, parents first; signals reach them all", async () => {
    // Two of them, so that the shell does not become the only one.
    const child = shell("sleep 600 & sleep 600 & echo started; wait");
    await once(child.stdout, "data");
    const pids = pidsOf(withDescendants(listProcesses(), [process.pid]));
    expect(pids[0]).toBe(process.pid);
    const own = withDescendants(listProcesses(), [child.pid]);
    expect(own).toHaveLength(3);
    expect(pids).toEqual(expect.arrayContaining(pidsOf(own)));
    expect(pidsOf(signalTrees([child.pid], "SIGKILL"))).toEqual(pidsOf(own));
    expect(await once(child, "exit")).toEqual([null, "SIGKILL"]);
    expect(signalEach([child.pid], "SIGKILL")).toEqual([]);
    expect(signalTrees([child.pid], "SIGINT")).toEqual([]);
  });

  it("goes on after a signal that it does not end by, but for what was stopped before", async () => {
    const child = shell("trap 'echo heard' USR1; sleep 600 & kill -STOP $!; echo $!; while :; do wait; done");
    const job = Number(String((await once(child.stdout, "data"))[0]));
    await stopped(job);
    const next = once(child.stdout, "data");
    signalTrees([child.pid], "SIGUSR1");
    expect(String((await next)[0])).toBe("heard\n");
    await stopped(job);
  });

  // Each holds the shell's output: it is closed when none is left.
  it.each([
    ["SIGKILL", "sleep 600 &"],
    ["SIGTERM", "sleep 600 &"],
    ["SIGTERM", "sh -c 'sleep 600; sleep 600' &"],
  ] as const)(
    "is reached by %s as a whole while a shell forks as fast as it can: %s",
    async (signal, job) => {
      for (let round = 0; round < 5; round++) {
        const child = shell(`echo started; i=0; while [ $i -lt 300 ]; do ${job} i=$((i+1)); done; wait`);
        await once(child.stdout, "data");
        let by: unknown;
        child.once("close", (_, closedBy) => {
          by = closedBy;
        });
        const asked = signalTrees([child.pid], signal);
        // What a busy machine did not stop in time may have been forked unseen.
        await expect
          .poll(() => {
            asked.push(...signalTrees(pidsOf(stillThere(listProcesses(), asked)), signal));
            return by;
          })
          .toBe(signal);
      }
    },
  );

  it("shows what was forked unseen once its parent is gone: of the group, not older, and with no parent in it", () => {
    const process = (pid: number, parent: number, started: number, group = 10) => ({
      pid,
      parent,
      started,
      group,
      state: "S",
    });
    const known = [process(20, 10, 5), process(21, 20, 7)];
    const unseen = [process(22, 1, 5), process(23, 1, 8)];
    const others = [
      process(10, 1, 1),
      process(24, 10, 8), // of the leader, who lives
      process(25, 1, 4), // older
      process(26, 1, 8, 11), // of another group
    ];
    expect(stillThere([...others, ...unseen], known)).toEqual(unseen);
    expect(stillThere([...others, ...unseen, process(21, 1, 7)], known)).toEqual([
      ...unseen,
      process(21, 1, 7),
    ]);
    expect(stillThere(others, [])).toEqual([]);
  });

  it("is known by when its processes were started, once their parent is gone", async () => {
    // A job in the background ignores SIGINT, from when on it says so.
    const child = shell("(echo started; exec sleep 600) & wait");
    await once(child.stdout, "data");
    const asked = signalTrees([child.pid], "SIGINT");
    await once(child, "exit");
    const left = stillThere(listProcesses(), asked);
    expect(pidsOf(left)).toEqual(pidsOf(asked.slice(1)));
    expect(
      stillThere(
        listProcesses(),
        left.map((one) => ({ ...one, started: one.started + 1 })),
      ),
    ).toEqual([]);
    const closed = once(child, "close");
    signalTrees(pidsOf(left), "SIGKILL");
    await closed;
    // What ends closes its files before it counts as ended.
    await expect.poll(() => stillThere(listProcesses(), asked)).toEqual([]);
  });
});
