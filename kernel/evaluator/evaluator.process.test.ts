import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { rawMark } from "../port/evaluator.js";
import { EvaluatorProcess } from "./testing/evaluator-process.js";

let folder: string;
let evaluator: EvaluatorProcess;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "evaluator-test-"));
  evaluator = new EvaluatorProcess(folder);
});

afterEach(() => {
  evaluator.kill();
  rmSync(folder, { recursive: true, force: true });
});

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

describe("the life of the process", () => {
  test("it says that it is ready before anything else, and once", async () => {
    await evaluator.run("1");
    expect(evaluator.messages.filter((m) => m.type === "ready")).toHaveLength(1);
    expect(evaluator.messages[0]).toEqual({ type: "ready" });
  });

  test("it ends when the front has closed its pipe", async () => {
    await evaluator.run("setInterval(() => {}, 1000);");
    evaluator.writable(3).end();
    expect(await evaluator.exited).toEqual({ code: 0, signal: null });
    expect(evaluator.raw.stderr).toBe(rawMark(1));
  });

  test("it ends when the front is gone while a cell loops", async () => {
    const cell = evaluator.start(`console.log("started"); while (true) {}`);
    await evaluator.message((m) => m.type === "stream" && m.cell === cell);
    evaluator.writable(3).end();
    evaluator.writable(6).end();
    expect((await evaluator.exited).signal).toBe("SIGKILL");
  });

  test("it ends on shutdown", async () => {
    await evaluator.run("1");
    evaluator.send({ type: "shutdown" });
    expect(await evaluator.exited).toEqual({ code: 0, signal: null });
    expect(evaluator.raw.stderr).toBe(rawMark(1));
  });

  test("process.exit ends the cell with an error, even where it is caught", async () => {
    const shown = await evaluator.run("try { process.exit(3) } catch {}\nconsole.log('goes on')");
    expect(shown.ename).toBe("ProcessExit");
    expect(shown.evalue).toBe("process.exit(3) ends the cell, not the kernel; restart the kernel to end it");
    expect((await evaluator.run("1 + 1")).result).toBe("2");
  });

  test("process.abort ends it", async () => {
    evaluator.start("process.abort()");
    expect((await evaluator.exited).signal).toBe("SIGABRT");
  });
});

describe("output", () => {
  test("100,000 prints arrive complete and in order before the cell is done", async () => {
    const shown = await evaluator.run("for (let i = 0; i < 100_000; i++) console.log(i)");
    const numbers = shown.stdout.trimEnd().split("\n").map(Number);
    expect(numbers).toEqual(Array.from({ length: 100_000 }, (_, i) => i));
  });

  test("stdout, stderr, process.stdout and displays keep their order", async () => {
    const code = `console.log("a"); console.error("b"); process.stdout.write("c\\n"); display(1); process.stderr.write("d\\n")`;
    const cell = evaluator.start(`${code};`);
    await evaluator.message((m) => m.type === "done" && m.cell === cell);
    const kinds = evaluator.messages.flatMap((m) => {
      if (m.type === "stream") return [`${m.name}:${m.text.trim()}`];
      return m.type === "display" ? ["display"] : [];
    });
    expect(kinds).toEqual(["stdout:a", "stderr:b", "stdout:c", "display", "stderr:d"]);
  });

  test("a print is sent before a long computation ends", async () => {
    const cell = evaluator.start(`console.log("before"); while (true) {}`);
    await evaluator.message((m) => m.type === "stream" && m.cell === cell && m.text === "before\n");
    expect(evaluator.report(cell).mark).toBeUndefined();
    evaluator.interrupt();
  });

  test("raw output of a child process stands before a mark of its own, and that before the mark of its cell", async () => {
    const code = `require("node:child_process").spawnSync("echo", ["from the child"], { stdio: "inherit" });`;
    const first = await evaluator.run(code);
    const second = await evaluator.run("1;");
    const written = evaluator.messages.findLast((m) => m.type === "rawWritten");
    const last = rawMark(second.mark ?? -1);
    await evaluator.until(() => evaluator.raw.stdout.includes(last) && evaluator.raw.stderr.includes(last));
    const marks = [written?.mark, first.mark, second.mark].map((mark) => rawMark(mark ?? -1)).join("");
    expect(evaluator.raw.stdout).toBe(`from the child\n${marks}`);
    expect(evaluator.raw.stderr).toBe(marks);
  });

  test("output of a worker thread arrives in the cell", async () => {
    const code = `const { Worker } = require("node:worker_threads")
      await new Promise(r => new Worker("console.log('from a thread')", { eval: true }).on("exit", r))`;
    await evaluator.run(code);
    await evaluator.message((m) => m.type === "stream" && m.text === "from a thread\n");
  });

  test("late output has the cell that wrote it", async () => {
    await evaluator.run(`setTimeout(() => { console.log("late"); display("shown late") }, 20);`);
    await evaluator.run("1;");
    const text = await evaluator.message((m) => m.type === "stream" && m.text === "late\n");
    const display = await evaluator.message((m) => m.type === "display");
    expect([text, display]).toMatchObject([{ cell: "cell-1" }, { cell: "cell-1" }]);
  });

  test("a text above the pipe's size arrives whole", async () => {
    const shown = await evaluator.run(`console.log("é".repeat(3_000_000))`);
    expect(shown.stdout).toBe(`${"é".repeat(3_000_000)}\n`);
  });
});

describe("errors that no cell can catch", () => {
  test("an exception in a timer is shown in its cell, and the kernel goes on", async () => {
    await evaluator.run("setTimeout(() => {\n  throw new TypeError('late')\n}, 10);");
    await evaluator.run("1;");
    const message = await evaluator.message((m) => m.type === "stream" && m.name === "stderr");
    expect(message).toMatchObject({ cell: "cell-1" });
    expect(evaluator.report("cell-1").stderr).toContain("> 2 |   throw new TypeError('late')");
    expect((await evaluator.run("1 + 1")).result).toBe("2");
  });

  test("an unhandled rejection is shown in its cell", async () => {
    await evaluator.run("void (async () => { await 1; throw new RangeError('nobody waits') })();");
    await evaluator.message((m) => m.type === "stream" && m.text.includes("nobody waits"));
    expect(evaluator.report("cell-1").stderr).toContain("Unhandled rejection");
  });
});

describe("modules", () => {
  test("a package of the notebook's folder, ESM only", async () => {
    write(
      "node_modules/esm-only/package.json",
      `{"name": "esm-only", "type": "module", "exports": {"import": "./a.js"}}`,
    );
    write("node_modules/esm-only/a.js", "export const answer = 42; export default class Thing {}");
    expect(
      (await evaluator.run("import Thing, { answer } from 'esm-only'\n[answer, Thing.name]")).result,
    ).toBe("[ 42, 'Thing' ]");
  });

  test("a package of the notebook's folder, CommonJS", async () => {
    write("node_modules/cjs/package.json", `{"name": "cjs"}`);
    write("node_modules/cjs/index.js", "exports.answer = 42");
    const code = "import cjs, { answer } from 'cjs'\n[answer, cjs.answer, require('cjs').answer]";
    expect((await evaluator.run(code)).result).toBe("[ 42, 42, 42 ]");
  });

  test("a package that is not there is a clear error", async () => {
    expect((await evaluator.run("import 'not-there/x'")).evalue).toBe(
      `cannot find the package "not-there" from ${folder}; install it there: npm install not-there`,
    );
  });

  test("a module beside the notebook is read again when it has changed, or one it imports", async () => {
    write(
      "lib/a.ts",
      "import { b } from './b.js'\nexport const a = (): number => b + 1\nexport const identity = {}",
    );
    write("lib/b.ts", "export const b: number = 1");
    await evaluator.run("import { identity as first } from './lib/a'");
    expect(
      (await evaluator.run("import { a, identity } from './lib/a.ts'\n[a(), identity === first]")).result,
    ).toBe("[ 2, true ]");
    write("lib/b.ts", "export const b: number = 10");
    expect(
      (await evaluator.run("import { a, identity } from './lib/a'\n[a(), identity === first]")).result,
    ).toBe("[ 11, false ]");
  });

  test("modules that import each other, JSON, CommonJS and import.meta", async () => {
    write(
      "x.ts",
      "import { y } from './y'\nexport const x = () => y() + 1\nexport const file = import.meta.url",
    );
    write("y.ts", "import * as m from './x'\nexport const y = () => typeof m.x === 'function' ? 1 : 0");
    write("data.json", `{"rows": [1, 2]}`);
    write("old.cjs", "module.exports = { old: __dirname }");
    const code = `import { x, file } from './x'\nimport data from './data.json'\nimport old from './old.cjs'
[x(), file === new URL('./x.ts', import.meta.url).href, data.rows.length, old.old === __dirname]`;
    expect((await evaluator.run(code)).result).toBe("[ 2, true, 2, true ]");
    write("old.cjs", "module.exports = { old: 'new' }");
    expect((await evaluator.run("import old from './old.cjs'\nold.old")).result).toBe("'new'");
  });

  test("an error in a module beside the notebook is shown at its own line", async () => {
    write("lib.ts", "interface A { b: number }\n\nexport function fail(a?: A): number {\n  return a!.b\n}");
    const shown = await evaluator.run("import { fail } from './lib'\nfail()");
    expect(shown.traceback).toContain(`at fail (${join(folder, "lib.ts")}:4:`);
    expect(shown.traceback).toContain("> 2 | fail()");
    write("lib.ts", "export const a = ;");
    expect((await evaluator.run("import { a } from './lib'")).evalue).toContain(
      `${join(folder, "lib.ts")}:1:18`,
    );
  });

  test("paths and jsx of tsconfig.json are respected", async () => {
    write(
      "tsconfig.json",
      `{ // comments are allowed\n "compilerOptions": {"jsx": "react", "jsxFactory": "h", "paths": {"@lib/*": ["./lib/*"],}}}`,
    );
    write("lib/a.ts", "export const a = 1");
    evaluator.kill();
    evaluator = new EvaluatorProcess(folder);
    const code =
      "import { a } from '@lib/a'\nconst h = (tag: string, props: object | null, ...rest: unknown[]) => [tag, rest];\n<p>{a}</p>";
    expect((await evaluator.run(code)).result).toBe("[ 'p', [ 1 ] ]");
  });

  test("the kernel's own package is there without being installed", async () => {
    expect((await evaluator.run("import * as m from 'millrace'\ntypeof m")).ename).toBeUndefined();
  });
});

describe("errors", () => {
  test("of Node's own functions point to the line that awaited", async () => {
    const shown = await evaluator.run(
      "import { readFile } from 'node:fs/promises'\n\nawait readFile('/no/such/file')",
    );
    expect(shown.ename).toBe("Error");
    expect(shown.traceback).toContain("> 3 | await readFile('/no/such/file')");
    expect(shown.traceback).not.toContain("dist/");
  });
});

describe("a notebook that was interrupted", () => {
  test("does not go on in the background", async () => {
    await evaluator.run("let turns = 0");
    const cell = evaluator.start(
      "console.log('started'); while (true) { await new Promise(r => setTimeout(r, 1)); turns++ }",
    );
    await evaluator.message((m) => m.type === "stream" && m.cell === cell);
    evaluator.interrupt();
    await evaluator.message((m) => m.type === "done" && m.cell === cell);
    const counts = "const before = turns; await new Promise(r => setTimeout(r, 50)); turns - before";
    expect((await evaluator.run(counts)).result).toBe("0");
  });
});
