import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { EvaluatorProcess } from "./testing/evaluator-process.js";

let folder: string;
let evaluator: EvaluatorProcess;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "run-test-"));
  evaluator = new EvaluatorProcess(folder);
});
afterEach(() => {
  evaluator.kill();
  rmSync(folder, { recursive: true, force: true });
});

const write = (path: string, text: string): void => writeFileSync(join(folder, path), text);
const writeNotebook = (path: string, ...cells: (string | string[])[]): void => {
  const code = cells.map((source) => ({ cell_type: "code", source, metadata: {}, outputs: [] }));
  const prose = { cell_type: "markdown", source: "not code {", metadata: {} };
  write(path, JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [prose, ...code] }));
};

describe("%run of a program", () => {
  test("shows its output below the cell, and makes variables of what it exports", async () => {
    write(
      "words.ts",
      'export const words: string[] = ["mill"]; export default 1; console.log("ran", await 7);',
    );
    const ran = await evaluator.run("%run words.ts");
    expect(ran.stdout).toBe("ran 7\n");
    expect(ran.result).toBeUndefined();
    expect((await evaluator.run("words.push('race'); words")).result).toBe("[ 'mill', 'race' ]");
    expect((await evaluator.run("words = []; words.length")).result).toBe("0");
  });

  test("runs it anew each time, changed or not", async () => {
    write("count.ts", "export const at = performance.now(); console.log('ran')");
    await evaluator.run("%run count.ts\nconst first = at");
    const again = await evaluator.run("%run count.ts\nat > first");
    expect([again.stdout, again.result]).toEqual(["ran\n", "true"]);
    write("count.ts", "export const at = 'changed'");
    expect((await evaluator.run("%run count.ts\nat")).result).toBe("'changed'");
  });

  test.each(["a.ts", "a.mjs", "a.cjs"])("runs %s anew", async (name) => {
    write(name, "console.log('ran')");
    await evaluator.run(`%run ${name}`);
    expect((await evaluator.run(`%run ${name}`)).stdout).toBe("ran\n");
  });

  test("gives it its arguments", async () => {
    write("args.ts", "console.log(process.argv.slice(2))");
    expect((await evaluator.run('%run args.ts one "two words" 3')).stdout).toBe(
      "[ 'one', 'two words', '3' ]\n",
    );
    expect((await evaluator.run("process.argv.includes('one')")).result).toBe("false");
  });

  test("tells its errors at the line of the file", async () => {
    write("bad.ts", 'interface A { b: 1 }\n\nthrow new Error("no water");');
    const { evalue, traceback } = await evaluator.run("%run bad.ts");
    expect(evalue).toBe("no water");
    expect(traceback).toContain(`${join(folder, "bad.ts")}:3:7`);
  });

  test.each([
    ["%run none.ts", "UsageError", /^%run: there is no file .*none\.ts$/],
    ["%run", "UsageError", /file/],
  ])("%s is refused", async (code, ename, evalue) => {
    const shown = await evaluator.run(code);
    expect(shown.ename).toBe(ename);
    expect(shown.evalue).toMatch(evalue);
  });
});

describe("%run of a notebook", () => {
  test("runs its code cells here, magics and redeclarations included", async () => {
    writeNotebook("n.ipynb", ["const a = 1;\n", "console.log(a)"], "const a = await 2", "%lsmagic", "");
    const { stdout } = await evaluator.run("%run n.ipynb");
    expect(stdout).toMatch(/^1\n[\s\S]*%run/);
    expect((await evaluator.run("a")).result).toBe("2");
  });

  test("ends at the cell that throws, and shows its code", async () => {
    writeNotebook("n.ipynb", "const a = 1", 'throw new Error("no water")', "const a = 3");
    const { evalue, traceback } = await evaluator.run("%run n.ipynb");
    expect(evalue).toBe("no water");
    expect(traceback).toContain('throw new Error("no water")');
    expect((await evaluator.run("a")).result).toBe("1");
  });

  test("refuses what is no notebook", async () => {
    write("n.ipynb", "{}");
    expect((await evaluator.run("%run n.ipynb")).evalue).toMatch(/n\.ipynb is not a notebook of format 4$/);
  });
});
