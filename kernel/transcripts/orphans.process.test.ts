import { describe, expect, it } from "vitest";
import { withBuiltKernel } from "../testing/built-kernel.js";
import { textOf } from "../testing/exchange.js";
import type { FrontEnd } from "../testing/front-end.js";
import { gone, type KernelProcess } from "../testing/kernel-process.js";

/** Prints process ids: its own, and that of a child that is not waited for. */
const START = `const { spawn, execSync } = require("node:child_process")
console.log(process.pid, spawn("sleep", ["600"]).pid, "pids")`;

const BUSY: [name: string, code: string][] = [
  ["no cell", `${START}`],
  ["a cell that waits", `${START}; await new Promise(() => {})`],
  ["a cell that loops", `${START}; for (;;);`],
  ["a cell that waits for a child process", `${START}; execSync("sleep 600")`],
  ["a loop that catches everything", `${START}; for (;;) try { new Function("for (;;);")() } catch {}`],
];

const ENDS: [name: string, end: (client: FrontEnd, kernel: KernelProcess) => unknown][] = [
  [
    "shutdown_request",
    (client) => client.request("control", "shutdown_request", { restart: false }).finish(),
  ],
  [
    "shutdown_request for a restart",
    (client) => client.request("control", "shutdown_request", { restart: true }).finish(),
  ],
  ["SIGTERM", (_, kernel) => kernel.signal("SIGTERM")],
  ["SIGKILL of the front", (_, kernel) => kernel.signal("SIGKILL")],
];

describe.each(ENDS)("%s leaves no process behind, with", (_, end) => {
  it.each(BUSY)("%s", (__, code) =>
    withBuiltKernel(async (client, kernel) => {
      const cell = client.execute(code);
      let text = "";
      while (!text.includes("pids")) {
        const { type, content } = await cell.iopub.take("process ids");
        if (type === "stream") text += content.text;
      }
      const pids = text.split(" ").slice(0, 2).map(Number);
      await end(client, kernel);
      await kernel.exited;
      for (const pid of pids) await gone(pid);
      client.forget();
    }),
  );
});

describe("a child process started as detached", () => {
  it("outlives the kernel, as it was told to", () =>
    withBuiltKernel(async (client, kernel) => {
      const code = `console.log(require("node:child_process").spawn("sleep", ["600"], { detached: true }).pid)`;
      const pid = Number(textOf(await client.execute(code).finish(), "stdout"));
      await client.request("control", "shutdown_request", { restart: false }).finish();
      await kernel.exited;
      expect(process.kill(pid, "SIGKILL")).toBe(true);
      client.forget();
    }));
});
