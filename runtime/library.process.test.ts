import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../", import.meta.url));

/** A project that has the package as npm packs it. */
const project = mkdtempSync(join(tmpdir(), "millrace-project-"));
const modules = join(project, "node_modules");

beforeAll(async () => {
  mkdirSync(join(modules, "millrace"), { recursive: true });
  const packed = await run("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", project], {
    cwd: root,
  });
  const [{ filename }] = JSON.parse(packed.stdout) as [{ filename: string }];
  await run("tar", ["-xf", filename, "-C", join(modules, "millrace"), "--strip-components=1"], {
    cwd: project,
  });
  for (const name of readdirSync(join(root, "node_modules")))
    if (!name.startsWith(".")) symlinkSync(join(root, "node_modules", name), join(modules, name));
  write("package.json", '{ "type": "module" }');
});

afterAll(() => rmSync(project, { recursive: true }));

function write(name: string, text: string): void {
  mkdirSync(dirname(join(project, name)), { recursive: true });
  writeFileSync(join(project, name), text);
}

describe("the packed package has types, which a strict project can check", () => {
  const PROGRAM = `
    import { type DStream, type RDD, Seconds, SparkContext, StreamingContext } from "millrace";
    import { runBatches } from "millrace/testing";
    import { notebook } from "millrace/notebook";
    const sc = new SparkContext({ workers: 2 });
    const pairs: RDD<[string, number]> = sc.parallelize(["a", "b"]).map((w): [string, number] => [w, 1]);
    const sums: Promise<[string, number][]> = pairs.reduceByKey((a, b) => a + b).collect();
    const ssc = new StreamingContext(sc, Seconds(1));
    const counts: DStream<[string, number]> = ssc.queueStream([["a"]]).map((w): [string, number] => [w, 1]);
    const batches: Promise<number[][]> = runBatches([[1, 2]], (numbers) => numbers.map((n) => n * 2));
    export { batches, counts, notebook, sums };
    // @ts-expect-error a number has no such method
    sc.range(3).map((n) => n.toUpperCase());
  `;
  test.each([
    ["NodeNext", "NodeNext"],
    ["ESNext", "Bundler"],
  ])("module %s, resolution %s", async (module, moduleResolution) => {
    write("program.ts", PROGRAM);
    const compilerOptions = { module, moduleResolution, target: "ES2022", strict: true, noEmit: true };
    const checked = { ...compilerOptions, exactOptionalPropertyTypes: true, types: ["node"] };
    write("tsconfig.json", JSON.stringify({ compilerOptions: checked, files: ["program.ts"] }));
    const tsc = run(process.execPath, [join(root, "node_modules/typescript/bin/tsc")], { cwd: project });
    expect(await tsc.catch(({ stdout }) => stdout)).toEqual({ stdout: "", stderr: "" });
  });
});

describe("a program ends", () => {
  const start = (program: string): ChildProcess => {
    write("main.js", `import { SparkContext, StreamingContext } from "millrace";\n${program}`);
    return spawn(process.execPath, ["main.js"], { cwd: project, stdio: ["ignore", "pipe", "inherit"] });
  };
  const JOB = "const sc = new SparkContext({ workers: 2 });\nconsole.log(await sc.range(10).sum());";

  test("by itself when it has nothing to do, without sc.stop()", async () => {
    expect(await once(start(JOB), "exit")).toEqual([0, null]);
  });

  test("by itself when its stream was stopped", async () => {
    const child = start(`${JOB}
      const ssc = new StreamingContext(sc, 50);
      ssc.queueStream([[1], [2]]).foreachRDD(async (rdd, time) => { await rdd.count(); void ssc.stop(); });
      await ssc.start();
    `);
    expect(await once(child, "exit")).toEqual([0, null]);
  });

  test("by SIGINT while a stream runs, and while a task does", async () => {
    const STREAM = `const ssc = new StreamingContext(sc, 50);
      ssc.queueStream([[1]]).foreachRDD(() => undefined);
      await ssc.start();
      console.log("runs");`;
    const TASK = `sc.range(1).map(() => { for (;;); }).count(); console.log("runs");`;
    for (const work of [STREAM, TASK]) {
      const child = start(`${JOB}\n${work}`);
      child.stdout?.setEncoding("utf8");
      for await (const text of child.stdout ?? []) if (String(text).includes("runs")) break;
      child.kill("SIGINT");
      expect(await once(child, "exit")).toEqual([null, "SIGINT"]);
    }
  });
});
