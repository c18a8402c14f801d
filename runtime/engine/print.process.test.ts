import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, test } from "vitest";

/** More than a pipe holds. */
const ROWS = 20_000;

/** A program that prints a batch of many rows and then two small ones, and says on stderr that all are done. */
const PROGRAM = `(async () => {
  const { SparkContext, StreamingContext } = await import("./dist/index.js");
  console.log("starting"); // from here on Node has made a pipe on stdout non-blocking
  const ssc = new StreamingContext(new SparkContext({ workers: 1 }), 100, { clock: "manual" });
  const rows = Array.from({ length: ${ROWS} }, (_, i) => "row " + i + " " + "x".repeat(100));
  ssc.queueStream([rows, ["b"], ["c"]]).print(${ROWS});
  await ssc.start();
  await ssc.advance(300);
  console.error("completed " + (await ssc.status()).completed);
  await ssc.stop(true);
})()`;

const running: ChildProcessByStdio<null, Readable, Readable>[] = [];

function start() {
  const child = spawn(process.execPath, ["-e", PROGRAM], {
    cwd: new URL("../../", import.meta.url),
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.push(child);
  return { child, stderr: text(child.stderr), exited: once(child, "exit") };
}

afterEach(() => {
  for (const child of running.splice(0)) child.kill("SIGKILL");
});

describe("a plain program prints to a pipe", () => {
  test("and loses nothing when its reader is slower than its streams", async () => {
    const { child, stderr, exited } = start();
    const lines: string[] = (await text(child.stdout)).split("\n");
    expect(await exited).toEqual([0, null]);
    expect(await stderr).toBe("completed 3\n");
    expect(lines.filter((line) => line.startsWith("row ")).length).toBe(ROWS);
    expect(lines.filter((line) => line === "b" || line === "c")).toEqual(["b", "c"]);
  });

  test("and its streams go on when nobody reads any more", async () => {
    const { child, stderr, exited } = start();
    await once(child.stdout, "data");
    child.stdout.destroy();
    expect(await exited).toEqual([0, null]);
    expect(await stderr).toBe("completed 3\n");
  });
});
