import { describe, expect, test } from "vitest";
import { formatTime } from "./format-time.js";
import { eachInNotebook, magicCases } from "./testing/magic-cases.js";
import { TimeitResult } from "./timeit-result.js";

const TIMES = /^CPU times: user [\d.]+ .?s, sys: [\d.]+ .?s, total: [\d.]+ .?s\nWall time: [\d.]+ .?s\n$/;
const MEASURED =
  /^(The slowest run .*\n)?[\d.]+ .?s ± [\d.]+ .?s per loop \(mean ± std\. dev\. of 2 runs, 3 loops each\)$/;

magicCases("%time", [
  { title: "gives the value of its code", cells: ["%time 6 * 7"], stdout: TIMES, result: "42" },
  {
    title: "gives the value to code",
    cells: ["const n = %time [1, 2].length\nn"],
    stdout: TIMES,
    result: "2",
  },
  { title: "awaits", cells: ["%time await Promise.resolve('late')"], stdout: TIMES, result: "'late'" },
  { title: "declares what its code declares", cells: ["%time const a: number = 5;", "a"], result: "5" },
  { title: "times a cell", cells: ["%%time\nconst b = 1\nb + 1"], stdout: TIMES, result: "2" },
  {
    title: "of code that fails says how long that took",
    cells: ["%time nothing"],
    stdout: TIMES,
    error: "ReferenceError: nothing is not defined",
  },
  {
    title: "of a cell that fails names its own line",
    cells: ["%%time\n\nnothing"],
    stdout: TIMES,
    error: "ReferenceError: nothing is not defined",
  },
  {
    title: "without code is refused",
    cells: ["%time"],
    error: "UsageError: %time: there is no code to run (%time -h shows its use)",
  },
  { title: "takes a minus for code", cells: ["%time -1"], stdout: TIMES, result: "-1" },
  { title: "shows its help", cells: ["%time -h"], stdout: /^Runs code and prints/ },
]);

magicCases("%timeit", [
  {
    title: "measures an expression",
    cells: ["%timeit -n 3 -r 2 [1].map((n: number) => n)"],
    result: MEASURED,
  },
  { title: "takes a count without a blank", cells: ["%timeit -n3 -r2 1"], result: MEASURED },
  { title: "measures statements", cells: ["%timeit -n 3 -r 2 let a = 1; a++"], result: MEASURED },
  {
    title: "keeps its variables to itself",
    cells: ["%timeit -n 3 -r 2 const own = 1;", "typeof own"],
    result: "'undefined'",
  },
  {
    title: "awaits a promise that the code gives",
    cells: ["let n = 0", "%timeit -n 3 -r 2 Promise.resolve().then(() => n++)", "n"],
    result: "7",
  },
  {
    title: "measures a cell, with a first line that runs once before each run",
    cells: ["let setups = 0, loops = 0", "%%timeit -n 3 -r 2 setups++\nloops++", "[setups, loops]"],
    result: "[ 3, 7 ]",
  },
  {
    title: "gives what it measured",
    cells: [
      "const t = %timeit -n 2 -r 4 1\nconst { loops, timingsMs } = t;\n[loops, timingsMs.length, t.bestMs <= t.averageMs]",
    ],
    result: "[ 2, 4, true ]",
  },
  {
    title: "of code that fails fails",
    cells: ["%timeit nothing"],
    error: "ReferenceError: nothing is not defined",
  },
  { title: "of what is no code is refused", cells: ["%timeit let = ;"], error: /^SyntaxError: / },
  {
    title: "without code is refused",
    cells: ["%timeit -n 3"],
    error: "UsageError: %timeit: there is no code to measure (%timeit -h shows its use)",
  },
  {
    title: "knows its options by name",
    cells: ["%timeit --lops 3 1"],
    error: /there is no option --lops; did you mean --loops\?/,
  },
]);

test.each([
  [0.00000123, "1.23 ns"],
  [0.000123, "123 ns"],
  [0.0123, "12.3 µs"],
  [1.2345, "1.23 ms"],
  [999.9, "1000 ms"],
  [1500, "1.5 s"],
  [90_000, "1min 30s"],
  [3_600_000, "1h"],
  [90_061_000, "1d 1h 1min 1s"],
])("%d ms are written %s", (ms, text) => expect(formatTime(ms)).toBe(text));

test("runs of very different length are told", () => {
  expect(new TimeitResult(1000, [1, 1, 9]).toString()).toBe(
    "The slowest run took 9.00 times longer than the fastest: something else ran, or a result was kept.\n" +
      "3.67 ms ± 3.77 ms per loop (mean ± std. dev. of 3 runs, 1,000 loops each)",
  );
});

describe("an interrupt", () => {
  const open = eachInNotebook();

  test("ends %timeit, which awaits: nothing of it goes on", async () => {
    await open.notebook.run(`let turns = 0, goOn = () => {}
const turn = () => new Promise<void>((resolve) => {
  if (++turns === 1) return resolve()
  goOn = resolve
  console.log("in a measured loop")
})`);
    const measuring = open.notebook.next((message) => message.type === "stream");
    const ran = open.notebook.run("%timeit -n 3 -r 2 await turn()");
    await measuring;
    open.notebook.send({ type: "interrupt" });
    expect((await ran).error?.ename).toBe("KeyboardInterrupt");
    const { result } = await open.notebook.run("goOn(); await new Promise(setImmediate); turns");
    expect(result?.["text/plain"]).toBe("2");
  });

  test.each([
    ["%%time\nconst x = await new Promise(() => { console.log('waits') })", "x"],
    ["%%capture --no-stdout\nlet x = await new Promise(() => { console.log('waits') })", "x"],
    ["%run waits.ipynb", "x"],
  ])("of %j leaves a variable that was declared anew as it was", async (code, variable) => {
    const source = "const x = await new Promise(() => { console.log('waits') })";
    open.write("waits.ipynb", JSON.stringify({ nbformat: 4, cells: [{ cell_type: "code", source }] }));
    await open.notebook.run("const x = 5");
    const waits = open.notebook.next((message) => message.type === "stream");
    const ran = open.notebook.run(code);
    await waits;
    open.notebook.send({ type: "interrupt" });
    await ran;
    expect((await open.notebook.run(variable)).result?.["text/plain"]).toBe("5");
  });

  test("of %run gives the arguments of the process back", async () => {
    const source = "await new Promise(() => { console.log(process.argv.at(-1)) })";
    open.write("waits.ipynb", JSON.stringify({ nbformat: 4, cells: [{ cell_type: "code", source }] }));
    const { argv } = process;
    const waits = open.notebook.next((message) => message.type === "stream");
    const ran = open.notebook.run("%run waits.ipynb given");
    await waits;
    expect(process.argv.at(-1)).toBe("given");
    open.notebook.send({ type: "interrupt" });
    await ran;
    expect(process.argv).toBe(argv);
  });
});
