import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { listProcesses } from "../evaluator/process-list.js";
import { withDescendants } from "../evaluator/process-tree.js";
import { BUDGET_BYTES } from "../front/output-budget.js";
import { sharedKernel, withBuiltKernel } from "../testing/built-kernel.js";
import { type Transcript, textOf } from "../testing/exchange.js";

const CHILD = `const { execSync, spawn, spawnSync } = require("node:child_process")
const ended = (child) => new Promise(r => child.on("exit", r))
`;
const WORKER = `const { Worker } = require("node:worker_threads")
const ended = (worker) => new Promise(r => worker.on("exit", r))
`;

/** Texts in order, those of stderr in brackets. */
function texts({ output }: Transcript): string {
  return output
    .filter(({ type }) => type === "stream")
    .map(({ content }) => (content.name === "stderr" ? `[${content.text}]` : content.text))
    .join("")
    .replaceAll("\n", " ")
    .replaceAll("][", "");
}

describe("output keeps its order", () => {
  const kernel = sharedKernel();

  it.each<[name: string, code: string, shown: string]>([
    ["console and process.stdout", `console.log(1); process.stdout.write("2\\n"); console.info(3)`, "1 2 3 "],
    [
      "stdout and stderr",
      `console.log(1); console.error(2); process.stdout.write("3\\n"); process.stderr.write("4\\n")`,
      "1 [2 ]3 [4 ]",
    ],
    [
      "execSync",
      `${CHILD}console.log(1); execSync("echo 2", { stdio: "inherit" }); console.log(3)`,
      "1 2 3 ",
    ],
    [
      "execSync on stderr",
      `${CHILD}console.log(1); execSync("echo 2 >&2", { stdio: "inherit" }); console.log(3)`,
      "1 [2 ]3 ",
    ],
    [
      "spawnSync, twice",
      `${CHILD}for (const n of [1, 3]) { spawnSync("echo", [n], { stdio: "inherit" }); console.log(n + 1) }`,
      "1 2 3 4 ",
    ],
    [
      "spawn",
      `${CHILD}console.log(1); await ended(spawn("echo", [2], { stdio: "inherit" })); console.log(3)`,
      "1 2 3 ",
    ],
    [
      "a piped child",
      `${CHILD}console.log(1); const c = spawn("echo", [2]); c.stdout.pipe(process.stdout); await new Promise(r => c.on("close", r)); console.log(3)`,
      "1 2 3 ",
    ],
    [
      "writeSync",
      `const { writeSync } = require("node:fs"); console.log(1); writeSync(1, "2\\n"); console.log(3); writeSync(2, "4\\n"); console.log(5)`,
      "1 2 3 [4 ]5 ",
    ],
    [
      "a worker thread",
      `${WORKER}console.log(1); await ended(new Worker("console.log(2); console.log(3)", { eval: true })); console.log(4)`,
      "1 2 3 4 ",
    ],
    [
      "an error at the end",
      `console.log(1); console.error(2); process.stdout.write("3\\n"); null.x`,
      "1 [2 ]3 ",
    ],
  ])("%s", async (_, code, shown) => {
    // More than once: what is a race is not always lost.
    for (let i = 0; i < 5; i++) expect(texts(await kernel.client.execute(`{${code}}`).finish())).toBe(shown);
  });
});

describe("nothing is lost, and idle is last,", () => {
  const kernel = sharedKernel();
  const lines = (count: number, text: (n: number) => string) =>
    Array.from({ length: count }, (_, n) => `${text(n)}\n`).join("");

  it("in 1,000 cells with 20 prints each", async () => {
    for (let cell = 0; cell < 1000; cell++) {
      const code = `for (let i = 0; i < 20; i++) console.log(${cell}, i)`;
      const transcript = await kernel.client.execute(code).finish();
      expect(textOf(transcript, "stdout")).toBe(lines(20, (n) => `${cell} ${n}`));
    }
  });

  it("in 200 cells that were sent at once", async () => {
    const cells = Array.from({ length: 200 }, (_, n) =>
      kernel.client.execute(`console.log("a"); console.log(${n})`),
    );
    for (const [n, cell] of cells.entries()) expect(textOf(await cell.finish(), "stdout")).toBe(`a\n${n}\n`);
  });

  it.each([
    ["console.log", `for (let i = 0; i < 10_000; i++) console.log("line", i)`],
    ["process.stdout.write", `for (let i = 0; i < 10_000; i++) process.stdout.write("line " + i + "\\n")`],
    [
      "awaits between",
      `for (let i = 0; i < 10_000; i++) { console.log("line", i); if (i % 100 === 0) await 0 }`,
    ],
    [
      "a child process",
      `${CHILD}await ended(spawn("seq", ["-f", "line %.0f", "0", "9999"], { stdio: "inherit" }))`,
    ],
    [
      "a worker thread",
      `${WORKER}await ended(new Worker("for (let i = 0; i < 10000; i++) console.log('line', i)", { eval: true }))`,
    ],
  ])("in 10,000 lines of %s", async (_, code) => {
    const transcript = await kernel.client.execute(`{${code}}`).finish();
    expect(textOf(transcript, "stdout")).toBe(lines(10_000, (n) => `line ${n}`));
  });

  it("in 10,000 lines on stdout and stderr in turn, in no more messages than a Jupyter server takes", async () => {
    const code = `for (let i = 0; i < 10_000; i++) (i % 2 ? console.error : console.log)("line", i)`;
    const begun = performance.now();
    const transcript = await kernel.client.execute(code).finish();
    const seconds = (performance.now() - begun) / 1000;
    expect(textOf(transcript, "stdout")).toBe(lines(5_000, (n) => `line ${2 * n}`));
    expect(textOf(transcript, "stderr")).toBe(lines(5_000, (n) => `line ${2 * n + 1}`));
    // It takes 3,000 in three seconds; a slow machine has more of these.
    expect(transcript.output.length).toBeLessThan(2_500 * Math.max(1, seconds / 3));
  });
});

describe("late output has the cell that caused it as its parent, while another one runs:", () => {
  const kernel = sharedKernel();
  /** The other cell says when it runs, by `begin()`, and goes on when what was late is `printed()`. */
  const EARLY =
    "let begun = false, printed; let begin = () => { begun = true }, late = new Promise(r => { printed = r })";
  const OTHER = `begin(); await late; console.log("other")`;
  const inTimer = (code: string) =>
    `const timer = setInterval(() => { if (begun) { clearInterval(timer); ${code} } }, 1)`;

  it.each([
    ["console.log in a timer", inTimer(`console.log("late"); printed()`)],
    ["process.stdout in a timer", inTimer(`process.stdout.write("late\\n"); printed()`)],
    ["a promise chain", `new Promise(r => { begin = r }).then(() => console.log("late")).then(printed)`],
    [
      "a worker thread",
      `${WORKER}const worker = new Worker("require('node:worker_threads').parentPort.once('message', () => console.log('late'))", { eval: true })
       worker.on("exit", printed); begin = () => worker.postMessage(0)`,
    ],
    [
      "a child process that is read",
      `const child = require("node:child_process").exec("read begun; echo late", (_, out) => { process.stdout.write(out); printed() })
       begin = () => child.stdin.end("\\n")`,
    ],
  ])("%s", async (_, code) => {
    const early = kernel.client.execute(`${EARLY}\n${code};`);
    const { output } = await early.finish();
    expect(output.map(({ type }) => type)).toEqual(["execute_input"]);
    const other = kernel.client.execute(OTHER);
    await early.recvStream("stdout", "late\n");
    expect(textOf(await other.finish(), "stdout")).toBe("other\n");
    early.assertNothingLeft();
  });
});

describe("a flood of prints", () => {
  /** The flood goes on for so long at least, and until a notice has come. */
  const SECONDS = 4;
  /** MB that the kernel's processes may grow once the flood has begun. */
  const GROWTH_MB = 150;
  /** A little less than the 3 s of the budget, which forgets in steps. */
  const WINDOW_SECONDS = 2.8;

  it.each([
    ["console.log", `while (true) console.log("x".repeat(200))`],
    ["long lines on stderr", `while (true) process.stderr.write("x".repeat(10_000) + "\\n")`],
    ["a child process", `require("node:child_process").execSync("yes", { stdio: "inherit" })`],
  ])("by %s is cut with a notice, does not grow the memory, and is ended by an interrupt", (_, code) =>
    withBuiltKernel(async (client, kernel) => {
      await client.ready();
      // With the language worker, which would load beside the flood.
      await client.request("shell", "complete_request", { code: "conso", cursor_pos: 5 }).finish();
      const begun = performance.now();
      const seconds = () => (performance.now() - begun) / 1000;
      const cell = client.execute(code);
      await cell.recvStart(code, 1);
      let bytes = 0;
      let notices = 0;
      let start: number | undefined;
      while (seconds() < SECONDS || notices === 0) {
        const { content } = await cell.recv("stream");
        start ??= residentMb(kernel.pid);
        if (String(content.text).includes("of output were dropped here")) notices += 1;
        else bytes += Buffer.byteLength(String(content.text));
      }
      expect(residentMb(kernel.pid) - (start ?? 0)).toBeLessThan(GROWTH_MB);
      expect(bytes).toBeLessThanOrEqual(BUDGET_BYTES * Math.ceil(seconds() / WINDOW_SECONDS));
      await client.request("control", "interrupt_request", {}).finish();
      await cell.recvErrorReply("KeyboardInterrupt", /./);
      while ((await cell.iopub.take("idle")).type !== "status");
      expect((await client.execute("1").finish()).reply.status).toBe("ok");
    }),
  );
});

/** Of the kernel with all its processes. */
function residentMb(pid: number): number {
  const pids = withDescendants(listProcesses(), [pid])
    .map((one) => one.pid)
    .join(",");
  const kilobytes = execFileSync("ps", ["-o", "rss=", "-p", pids], { encoding: "utf8" }).trim().split("\n");
  return kilobytes.reduce((sum, kb) => sum + Number(kb), 0) / 1024;
}
