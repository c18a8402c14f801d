import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, expect, test } from "vitest";

/** Three batches; what the second one adds to its state are 3 MB. */
const PROGRAM = `(async () => {
  const { SparkContext, StreamingContext, Seconds } = await import("./dist/index.js");
  const [, folder] = process.argv;
  const ssc = await StreamingContext.getOrCreate(folder, () => {
    const ssc = new StreamingContext(new SparkContext({ workers: 2 }), Seconds(1), { clock: "manual" });
    ssc.checkpoint(folder);
    ssc
      .queueStream([[["a", 1]], [["b", 3_000_000]], [["a", 1]]])
      .updateStateByKey((counts, state = "") => counts.reduce((all, count) => all + "x".repeat(count), state))
      .mapValues((state) => state.length)
      .saveAsJsonFiles(folder + "/out/batch");
    return ssc;
  });
  const ended = ssc.awaitTermination().catch(({ code, message }) => console.log(JSON.stringify({ code, message })));
  await ssc.start();
  await ssc.advance(3000).catch(() => undefined);
  await ssc.stop(true);
  await ended;
})()`;

const folder = mkdtempSync(join(tmpdir(), "full-checkpoint-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function run(limit: string): Promise<string> {
  const args = ["-c", `ulimit -f ${limit}; exec "$0" -e "$@"`, process.execPath, PROGRAM, folder];
  const child = spawn("bash", args, { cwd: new URL("../../../", import.meta.url) });
  const [stdout, stderr, exit] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit"),
  ]);
  expect({ exit, stderr }).toEqual({ exit: [0, null], stderr: "" });
  return stdout;
}

test.skipIf(process.platform === "win32")(
  "a disk that is full ends the streams with a sentence, and a later process with room goes on",
  async () => {
    // No file may be larger than a megabyte: the same to a writer as a disk that is full.
    expect(JSON.parse(await run("1024"))).toEqual({
      code: "RT_CHECKPOINT_DISK",
      message: expect.stringMatching(
        /^cannot write .* without which the streams could not be recovered: EFBIG.*; make room there/,
      ),
    });
    expect(readdirSync(folder, { recursive: true }).filter((path) => String(path).endsWith(".tmp"))).toEqual(
      [],
    );
    expect(await run("unlimited")).toBe("");
    const batches = [1000, 2000, 3000].map((ms) => join(folder, "out", `batch-${ms}`));
    expect(batches.map((batch) => existsSync(join(batch, "_SUCCESS")))).toEqual([true, true, true]);
    expect(read(batches[2] as string)).toEqual([
      ["a", 2],
      ["b", 3_000_000],
    ]);
  },
);

function read(batch: string): unknown[] {
  const parts = readdirSync(batch).filter((name) => name.startsWith("part-"));
  const texts = parts.map((name) => readFileSync(join(batch, name), "utf8"));
  const lines = texts.flatMap((part) => part.split("\n").filter((line) => line !== ""));
  return lines.map((line) => JSON.parse(line) as unknown).sort();
}
