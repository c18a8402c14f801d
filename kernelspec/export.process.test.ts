/** Exported notebooks, run by the real ts-node, which checks their types before it runs them. */

import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { withoutJobBars } from "../magics/testing/job-bar-text.js";
import { packageRoot } from "./package-root.js";
import { writeNotebook } from "./run/notebook-file.js";
import { MillraceCommand, type Outcome } from "./testing/millrace-command.js";
import { notebookOf, writeWordCount } from "./testing/notebook.js";

const require = createRequire(import.meta.url);
const TS_NODE = join(dirname(require.resolve("ts-node/package.json")), "dist", "bin.js");

let millrace: MillraceCommand;
beforeEach(() => {
  millrace = new MillraceCommand();
  // As after `npm install millrace`.
  const modules = join(millrace.folder, "node_modules");
  mkdirSync(modules);
  symlinkSync(packageRoot, join(modules, "millrace"));
  symlinkSync(join(packageRoot, "node_modules", "@types"), join(modules, "@types"));
});
afterEach(() => millrace.remove());

const write = (...sources: string[]): string => {
  const file = join(millrace.folder, "n.ipynb");
  writeNotebook(file, notebookOf(...sources));
  return file;
};
const tsNode = (file: string): Promise<Outcome> => millrace.runProgram(process.execPath, [TS_NODE, file]);
const exported = (): string => readFileSync(join(millrace.folder, "n.ts"), "utf8");

describe("millrace export", () => {
  test("makes a program of the word count notebook, which counts the same words", async () => {
    const { file, port } = await writeWordCount(millrace.folder);
    const wrote = await millrace.run("export", file, "-o", "words.ts");
    expect(wrote.status, wrote.stderr).toBe(0);
    const { status, stdout, stderr } = await tsNode("words.ts");
    expect(status, stderr).toBe(0);
    expect(stderr).toBe("");
    expect(stdout).toContain(`localhost:${port} sends 2,000 lines a second`);
    expect(stdout).toMatch(/-+\nTime: \d+ ms\n-+\n\[ '\w+', \d+ \]/);
    expect(stdout).toMatch(/^counts: [\d:]+.* to [\d:]+.* \(30 s\), [\d,]+ rows of \[string, number\]$/m);
    expect(stdout).toMatch(/^the 20 largest rows\nkey +value\nthe +[\d,]+$/m);
    expect(stdout).toMatch(/stopped after \d+ completed batch(es)?\n$/);
  });

  test("makes a program that shows what the notebook's cells show", async () => {
    const file = write(
      'import { basename } from "node:path";\nbasename("/mill/race")',
      "const wheels: number = 6; wheels * 7",
      "const double = (n: number) => n * 2; await sc.parallelize([1, 2, 3]).map(double).collect()",
      "const wheels = `spokes`",
      "(wheels)",
      "%stream status;",
      "interface Mill { wheels: string }\nconst mill: Mill = { wheels };\nmill",
      'display.markdown("*mill*");',
      "{ a: 1 }",
      "let hidden = 1;\nhidden++;",
    );
    expect((await millrace.run("export", file)).status).toBe(0);
    const { status, stdout, stderr } = await tsNode("n.ts");
    expect(stderr).toBe("");
    expect(status).toBe(0);
    const run = await millrace.run("run", file);
    const shown = withoutJobBars(run.stdout)
      .split("\n")
      .filter((line) => line.startsWith("    "));
    expect(stdout.trimEnd().split("\n")).toEqual(shown.map((line) => line.slice(4)));
    expect(shown).toHaveLength(7);
  });

  test("a program goes on while a stream of it is active", async () => {
    const queue = "const seen: number[] = [];\nconst numbers = ssc.queueStream([[1, 2], [3]]);";
    const stop = "seen.push(await rdd.count()); if (seen.length === 2) void ssc.stop();";
    await millrace.run(
      "export",
      write(queue, `numbers.foreachRDD(async (rdd) => { ${stop} });`, "%stream start"),
    );
    const { status, stdout, stderr } = await tsNode("n.ts");
    expect(status, stderr).toBe(0);
    expect(stdout).toContain("started: a batch every");
  });

  test("a program whose cell throws ends with status 1 and the line of the program", async () => {
    await millrace.run("export", write("1 + 1;", 'throw new Error("no water");', 'console.log("not run")'));
    const { status, stdout, stderr } = await tsNode("n.ts");
    expect(status).toBe(1);
    expect(stdout).not.toContain("not run");
    expect(stderr).toMatch(/Error: no water[\s\S]*n\.ts:8/);
  });

  test("types that do not fit are told by ts-node", async () => {
    await millrace.run("export", write("%stream start;", "const n: number = ssc;"));
    expect((await tsNode("n.ts")).stderr).toContain(
      "Type 'StreamingContext' is not assignable to type 'number'",
    );
  });

  test("replaces no file unless forced", async () => {
    const file = write("1");
    await millrace.run("export", file);
    const refused = await millrace.run("export", file);
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain("is there already: --force replaces it, -o names another file");
    expect((await millrace.run("export", file, "--force")).status).toBe(0);
  });

  test("-o - writes to the terminal", async () => {
    const { stdout } = await millrace.run("export", write("6 * 7"), "-o", "-");
    await millrace.run("export", write("6 * 7"));
    expect(stdout.split("\n").slice(1)).toEqual(exported().split("\n").slice(1));
  });

  test("names the cell that cannot be exported", async () => {
    const { status, stderr } = await millrace.run("export", write("1", "%nope"));
    expect(status).toBe(1);
    expect(stderr).toContain("millrace: code cell 2: %nope has no function in a program");
  });
});
