import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EvaluatorProcess } from "./testing/evaluator-process.js";

const folder = mkdtempSync(join(tmpdir(), "interrupt-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Once this file is there, what is to hang when its cell is over begins. */
const OVER = join(folder, "over");

/**
 * What hangs: `code` prints "started" and then does not end. Some only hang in a callback, while the cell still waits
 * or when it is long over.
 */
const HANGS: { name: string; code: string; cellEnds?: true }[] = [
  { name: "a loop at top level", code: `console.log("started"); while (true) {}` },
  { name: "a loop after an await", code: `await 1; console.log("started"); while (true) {}` },
  { name: "an await that never settles", code: `console.log("started"); await new Promise(() => {})` },
  {
    name: "a loop that awaits",
    code: `console.log("started"); while (true) await new Promise(r => setTimeout(r, 1))`,
  },
  {
    name: "a loop in a timer the cell waits for",
    code: `setTimeout(() => { console.log("started"); while (true) {} }, 0); await new Promise(() => {})`,
  },
  {
    name: "a loop in a timer of a cell that is over",
    code: `const { existsSync } = require("node:fs");
      (function look() { if (existsSync(${JSON.stringify(OVER)})) { console.log("started"); while (true) {} } setTimeout(look, 5) })();`,
    cellEnds: true,
  },
  {
    name: "endless microtasks",
    code: `console.log("started"); (function f() { Promise.resolve().then(f) })(); await new Promise(() => {})`,
  },
  {
    name: "endless nextTicks",
    code: `console.log("started"); (function f() { process.nextTick(f) })(); await new Promise(() => {})`,
  },
  {
    name: "a catastrophic regular expression",
    code: `console.log("started"); /^(a+)+$/.test("a".repeat(60) + "b")`,
  },
  {
    name: "Atomics.wait",
    code: `console.log("started"); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)`,
  },
  {
    name: "a loop that catches everything",
    code: `console.log("started"); while (true) { try { while (true) {} } catch {} finally {} }`,
  },
  { name: "a loop in compiled-away code", code: `console.log("started"); new Function("while (true) {}")()` },
];

describe("an interrupt ends the cell and keeps the notebook's state", () => {
  let evaluator: EvaluatorProcess;
  beforeAll(() => {
    evaluator = new EvaluatorProcess(tmpdir());
  });
  afterAll(() => evaluator.kill());

  test.each(HANGS)("$name", async ({ name, code, cellEnds }) => {
    await evaluator.run(`let kept = ${JSON.stringify(name)}`);
    const from = evaluator.messages.length;
    const cell = evaluator.start(code);
    if (cellEnds) {
      await evaluator.message((m) => m.type === "done" && m.cell === cell, from);
      writeFileSync(OVER, "");
    }
    await evaluator.message(
      (m) => m.type === "stream" && m.cell === cell && m.text.includes("started"),
      from,
    );
    evaluator.interrupt();
    await evaluator.message((m) => m.type === "interrupted", from);
    const { ename } = evaluator.report(cell);
    expect(ename).toBe(cellEnds ? undefined : "KeyboardInterrupt");
    expect((await evaluator.run("kept")).result).toBe(`'${name}'`);
    expect((await evaluator.run("let n = 0; for (let i = 0; i < 10; i++) n += i; n")).result).toBe("45");
  });

  test("while idle does nothing but answer", async () => {
    const from = evaluator.messages.length;
    evaluator.interrupt();
    await evaluator.message((m) => m.type === "interrupted", from);
    expect(evaluator.messages.slice(from)).toEqual([{ type: "interrupted" }]);
  });

  test("that arrives on the two pipes in either order ends one cell only", async () => {
    for (let i = 0; i < 50; i++) {
      const from = evaluator.messages.length;
      if (i % 2 === 0) evaluator.writable(6).write("i");
      evaluator.send({ type: "interrupt" });
      if (i % 2 === 1) evaluator.writable(6).write("i");
      await evaluator.message((m) => m.type === "interrupted", from);
      expect((await evaluator.run("let s = 0; for (let i = 0; i < 1e6; i++) s++; s")).result).toBe("1000000");
    }
  });

  test("shows where a loop was", async () => {
    const cell = evaluator.start(`console.log("started")\nfor (;;) {\n  Math.random()\n}`);
    await evaluator.message((m) => m.type === "stream" && m.cell === cell);
    evaluator.interrupt();
    await evaluator.message((m) => m.type === "done" && m.cell === cell);
    expect(evaluator.report(cell).traceback).toContain("> 2 | for (;;) {");
  });

  test("shows where a regular expression was", async () => {
    const cell = evaluator.start(
      `console.log("started")\nconst slow = () =>\n  /^(a+)+$/.test("a".repeat(60) + "b")\nslow()`,
    );
    await evaluator.message((m) => m.type === "stream" && m.cell === cell);
    evaluator.interrupt();
    await evaluator.message((m) => m.type === "done" && m.cell === cell);
    expect(evaluator.report(cell).traceback).toContain("at slow (Cell In[");
    expect(evaluator.report(cell).traceback).toContain("> 3 |   /^(a+)+$/");
  });

  test("that comes when the cell is about to end by itself loses no message", async () => {
    await evaluator.run("let kept = 1");
    for (let i = 0; i < 30; i++) {
      const from = evaluator.messages.length;
      const wait = `Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ${95 + i})`;
      const cell = evaluator.start(`console.log("started"); ${wait}`);
      await evaluator.message((m) => m.type === "stream" && m.cell === cell, from);
      evaluator.interrupt();
      await evaluator.message((m) => m.type === "interrupted", from);
      await evaluator.message((m) => m.type === "done" && m.cell === cell, from);
      expect((await evaluator.run("kept")).result).toBe("1");
    }
  });

  test("of a comm's handler leaves it the cause of nothing that cells print later", async () => {
    await evaluator.run(
      `comms.register("slow", () => { console.log("started"); /^(a+)+$/.test("a".repeat(60) + "b") })`,
    );
    const from = evaluator.messages.length;
    evaluator.send({ type: "comm", event: "open", comm: "c", target: "slow", data: {}, request: "opening" });
    await evaluator.message((m) => m.type === "stream" && m.cell === "opening", from);
    evaluator.interrupt();
    await evaluator.message((m) => m.type === "interrupted", from);
    expect((await evaluator.run("console.log('of the cell')")).stdout).toBe("of the cell\n");
  });

  test("ends a flood of prints", async () => {
    const cell = evaluator.start(`while (true) console.log("flood")`);
    await evaluator.message((m) => m.type === "stream" && m.cell === cell);
    evaluator.interrupt();
    await evaluator.message((m) => m.type === "done" && m.cell === cell);
    expect(evaluator.report(cell).ename).toBe("KeyboardInterrupt");
  });
});
