import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const run = promisify(execFile);

/** V8's own look at a program that does nothing, after eight seconds, would find it too. */
const NO_LOOK_OF_V8 = "--no-memory-reducer";

/** Leaves memory that nobody can reach any more, hears of a job, and then does nothing but look whether it is still there. */
const PROGRAM = `(async () => {
  const { SparkContext } = await import("./dist/index.js");
  const sc = new SparkContext({ workers: 1 });
  await sc.parallelize([1]).count();
  const leave = () => new WeakRef(new Uint8Array(20 * 2 ** 20));
  const left = leave();
  await sc.parallelize([1]).count();
  // Seldom: what looking leaves must not be what V8 collects.
  while (left.deref() !== undefined) await new Promise((resolve) => setTimeout(resolve, 100));
  await sc.stop();
  console.log("collected");
})()`;

test("the program's thread, when it rests after a message of its engine, collects what was left", async () => {
  const cwd = fileURLToPath(new URL("../../", import.meta.url));
  expect(await run(process.execPath, [NO_LOOK_OF_V8, "-e", PROGRAM], { cwd })).toEqual({
    stdout: "collected\n",
    stderr: "",
  });
});
