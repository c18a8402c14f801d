import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, test } from "vitest";

/** A program whose job runs `f` on the workers that also hold a window, and then, told to, moves the window on. */
const program = (f: string) => `(async () => {
  const { SparkContext, StreamingContext } = await import("./dist/index.js");
  const sc = new SparkContext({ workers: 2 });
  const ssc = new StreamingContext(sc, 100, { clock: "manual" });
  const counts = ssc.queueStream([["a"], ["a"]]).map((w) => [w, 1]).reduceByKeyAndWindow((a, b) => a + b, "1 s");
  counts.foreachRDD(() => undefined);
  await ssc.start();
  await ssc.advance(100);
  await sc.parallelize([1, 2], 2).map(${f}).count();
  await new Promise((go) => process.stdin.once("data", go));
  await ssc.advance(100);
  console.log(JSON.stringify((await ssc.latest(counts, { kind: "collect" })).rows));
  await ssc.stop(true);
  process.exit();
})()`;

const running: ChildProcessWithoutNullStreams[] = [];

afterEach(() => {
  for (const child of running.splice(0)) child.kill("SIGKILL");
});

describe("what a function leaves behind and fails after its task", () => {
  test.each([
    [
      "a rejected promise",
      `(x) => { Promise.reject(new TypeError("too late")); return x; }`,
      "TypeError: too late",
    ],
    [
      "a timer that throws",
      `(x) => { setTimeout(() => { throw new RangeError("later still"); }); return x; }`,
      "RangeError: later still",
    ],
  ])("%s is told on stderr, and the worker keeps its windows", async (_name, f, error) => {
    const child = spawn(process.execPath, ["-e", program(f)], { cwd: new URL("../../", import.meta.url) });
    running.push(child);
    const stdout = text(child.stdout);
    let stderr = "";
    for await (const chunk of child.stderr) {
      stderr += chunk;
      if (stderr.split("\n").length > 2) break;
    }
    const sentence = `something that a function left behind failed after its task: ${error}\n`;
    expect(stderr).toBe(sentence + sentence);
    child.stdin.write("go on\n");
    expect(await once(child, "exit")).toEqual([0, null]);
    expect(await stdout).toBe('[["a",2]]\n');
  });
});
