import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { readProcessTree, signalEach, withDescendants } from "./process-tree.js";

describe("process tree", () => {
  it("holds a process, its children and theirs, parents first; signals reach them all", async () => {
    // Two of them, so that the shell does not become the only one.
    const child = spawn("sh", ["-c", "sleep 600 & sleep 600 & echo started; wait"], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    await once(child.stdout, "data");
    const pids = withDescendants(readProcessTree(), process.pid);
    expect(pids[0]).toBe(process.pid);
    const own = withDescendants(readProcessTree(), child.pid ?? 0);
    expect(own).toHaveLength(3);
    expect(pids).toEqual(expect.arrayContaining(own));
    signalEach(own, "SIGKILL");
    expect(await once(child, "exit")).toEqual([null, "SIGKILL"]);
    expect(() => signalEach([child.pid ?? 0], "SIGKILL")).not.toThrow();
  });
});
