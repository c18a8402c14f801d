import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { sharedKernel, withBuiltKernel } from "../testing/built-kernel.js";
import type { Exchange } from "../testing/exchange.js";
import type { FrontEnd } from "../testing/front-end.js";

/** What does not end by itself. `code` prints "started" when it has begun. */
const HANGS: [name: string, code: string][] = [
  ["a loop at top level", `console.log("started"); while (true) {}`],
  ["a loop after an await", `await 1; console.log("started"); while (true) {}`],
  ["an await that never settles", `console.log("started"); await new Promise(() => {})`],
  [
    "a loop after a sleep",
    `await new Promise(r => setTimeout(r, 20)); console.log("started"); while (true) {}`,
  ],
  [
    "a loop in an async function after a sleep",
    `const f = async () => { await new Promise(r => setTimeout(r, 20)); console.log("started"); while (true) {} }
     await f()`,
  ],
  [
    "a loop in a timer while the cell waits",
    `setTimeout(() => { console.log("started"); while (true) {} }); await new Promise(() => {})`,
  ],
  [
    "a loop in setImmediate while the cell waits",
    `setImmediate(() => { console.log("started"); while (true) {} }); await new Promise(() => {})`,
  ],
  ["a loop that awaits", `console.log("started"); while (true) await 0`],
  [
    "endless microtasks",
    `console.log("started"); (function f() { Promise.resolve().then(f) })(); await new Promise(() => {})`,
  ],
  [
    "endless nextTicks",
    `console.log("started"); (function f() { process.nextTick(f) })(); await new Promise(() => {})`,
  ],
  ["a catastrophic regular expression", `console.log("started"); /^(a+)+$/.test("a".repeat(60) + "b")`],
  ["Atomics.wait", `console.log("started"); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)`],
  [
    "a loop that swallows everything",
    `console.log("started"); while (true) { try { while (true) {} } catch {} finally {} }`,
  ],
  ["a loop in finally", `console.log("started"); try { while (true) {} } finally { while (true) {} }`],
  [
    "awaits that swallow everything",
    `console.log("started"); while (true) { try { await new Promise(r => setTimeout(r, 5)) } catch {} }`,
  ],
  ["a loop without a loop guard", `console.log("started"); new Function("while (true) {}")()`],
  ["a flood of prints", `console.log("started"); while (true) console.log("x")`],
  [
    "execSync",
    `import { execSync } from "node:child_process"; console.log("started"); execSync("sleep 600; sleep 600")`,
  ],
  [
    "execSync of a program that ignores signals",
    `import { execSync } from "node:child_process"; execSync("echo started; trap '' INT TERM; sleep 600; sleep 600", { stdio: "inherit" })`,
  ],
  [
    "execSync of a shell that forks as fast as it can",
    `import { execSync } from "node:child_process"; execSync("echo started >&2; i=0; while [ $i -lt 200 ]; do sleep 600 & i=$((i+1)); done; wait", { stdio: ["ignore", "pipe", "inherit"] })`,
  ],
  [
    "execSync of a shell with a job in the background",
    `import { execSync } from "node:child_process"; execSync("sleep 600 & echo started >&2; wait", { stdio: ["ignore", "pipe", "inherit"] })`,
  ],
  [
    "execSync again and again",
    `import { execSync } from "node:child_process"; console.log("started"); while (true) { try { execSync("sleep 600") } catch {} }`,
  ],
  [
    "spawnSync in a callback",
    `const { spawnSync } = require("node:child_process"); setTimeout(() => { console.log("started"); spawnSync("sleep", ["600"]) }); await new Promise(() => {})`,
  ],
  [
    "waiting for a child process",
    `import { spawn } from "node:child_process"; console.log("started"); await new Promise(r => spawn("sleep", ["600"]).on("exit", r))`,
  ],
  [
    "waiting for a worker thread that loops",
    `import { Worker } from "node:worker_threads"; console.log("started"); await new Promise(r => new Worker("for (;;);", { eval: true }).on("exit", r))`,
  ],
];

const folder = mkdtempSync(join(tmpdir(), "interrupt-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Once this file is there, what hangs late begins. */
const BEGIN = join(folder, "begin");
const BEGUN = `const { existsSync } = require("node:fs"); const begun = () => existsSync(${JSON.stringify(BEGIN)});`;
const inTimer = (code: string) =>
  `${BEGUN} function look() { if (begun()) { console.log("started"); ${code} } else setTimeout(look, 5) } look();`;

/** What hangs when its cell is long over. */
const LATE_HANGS: [name: string, code: string][] = [
  ["a loop in a timer", inTimer("while (true) {}")],
  [
    "a loop in an interval",
    `${BEGUN} const t = setInterval(() => { if (begun()) { clearInterval(t); console.log("started"); while (true) {} } }, 5);`,
  ],
  ["endless microtasks of a timer", inTimer("(function f() { queueMicrotask(f) })()")],
  ["a regular expression in a timer", inTimer(`/^(a+)+$/.test("a".repeat(60) + "b")`)],
  ["execSync in a timer", inTimer(`require("node:child_process").execSync("sleep 600")`)],
];

async function started(cell: Exchange): Promise<void> {
  let text = "";
  while (!text.includes("started")) {
    const { type, content } = await cell.iopub.take("the text that says it hangs");
    if (type === "stream") text += content.text;
  }
}

const interrupt = (client: FrontEnd) => client.request("control", "interrupt_request", {}).finish();

/** Takes what is left of a cell up to its idle; gives the types of it. */
async function rest(cell: Exchange): Promise<string[]> {
  const types: string[] = [];
  for (;;) {
    const { type, content } = await cell.iopub.take("idle");
    if (type === "status" && content.execution_state === "idle") return types;
    types.push(type);
  }
}

async function variableIsKept(client: FrontEnd, value: string): Promise<void> {
  const cell = await client.execute("kept").finish();
  expect(cell.reply.status).toBe("ok");
  expect(cell.output.at(-1)?.content.data).toEqual({ "text/plain": value });
}

describe("an interrupt ends the cell and keeps the notebook's variables", () => {
  const kernel = sharedKernel();
  let kept = 0;

  it.each(HANGS)("%s", async (_, code) => {
    const { client } = kernel;
    await client.execute(`let kept = ${++kept}`).finish();
    const cell = client.execute(code);
    await started(cell);
    await interrupt(client);
    await cell.recvErrorReply("KeyboardInterrupt", /^the cell was interrupted$/);
    expect((await rest(cell)).at(-1)).toBe("error");
    await variableIsKept(client, String(kept));
  });
});

describe("an interrupt ends what hangs after its cell has ended", () => {
  const kernel = sharedKernel();
  let kept = 0;

  it.each(LATE_HANGS)("%s", async (_, code) => {
    const { client } = kernel;
    await client.execute(`let kept = ${++kept}`).finish();
    const cell = client.execute(code);
    await cell.recvReply({ status: "ok" });
    await rest(cell);
    writeFileSync(BEGIN, "");
    await started(cell);
    rmSync(BEGIN);
    await interrupt(client);
    await variableIsKept(client, String(kept));
    cell.iopub.clear();
  });
});

describe("an interrupt", () => {
  it("while no cell runs does nothing that can be seen", () =>
    withBuiltKernel(async (client) => {
      await client.execute("let kept = 1").finish();
      for (let i = 0; i < 3; i++) expect((await interrupt(client)).output).toEqual([]);
      await variableIsKept(client, "1");
    }));

  it("of a cell leaves alone the child processes of cells before it", () =>
    withBuiltKernel(async (client) => {
      await client
        .execute(`const { spawn } = require("node:child_process"); let kept = spawn("cat").pid`)
        .finish();
      const cell = client.execute(
        `console.log("started"); require("node:child_process").execSync("sleep 600")`,
      );
      await started(cell);
      await interrupt(client);
      await cell.recvErrorReply("KeyboardInterrupt", /./);
      await rest(cell);
      const alive = await client.execute("process.kill(kept, 0)").finish();
      expect(alive.output.at(-1)?.content.data).toEqual({ "text/plain": "true" });
    }));

  it("ends a question for input", () =>
    withBuiltKernel(async (client) => {
      const cell = client.execute(`await input("name?")`, { allowStdin: true });
      await cell.recvStart(`await input("name?")`, 1);
      await cell.recvInputRequest({ prompt: "name?", password: false });
      await interrupt(client);
      await cell.recvErrorReply("KeyboardInterrupt", /./);
      await cell.recvError("KeyboardInterrupt", /./);
      await cell.recvIdle();
    }));

  it("aborts the cells that wait, and not those sent afterwards", () =>
    withBuiltKernel(async (client) => {
      const cell = client.execute(`console.log("started"); while (true) {}`);
      const waiting = client.execute("1");
      await started(cell);
      await interrupt(client);
      await cell.recvErrorReply("KeyboardInterrupt", /./);
      await rest(cell);
      expect((await waiting.finish()).reply.status).toBe("aborted");
      expect((await client.execute("1").finish()).reply.status).toBe("ok");
    }));
});
