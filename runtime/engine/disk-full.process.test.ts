import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

/** Jobs that write more than a file may hold here, by what they write. `pairs` are 80 MB. */
const WRITING: Record<string, string> = {
  "a shuffle": "pairs.groupByKey(4).count()",
  "a sort": "pairs.sortByKey(true, 2).count()",
  "rows that are kept on disk": "pairs.persist(StorageLevel.DISK_ONLY).count()",
  "text files": "pairs.values().saveAsTextFile(out)",
  "compressed files": "pairs.map((pair, i) => JSON.stringify(pair)).saveAsTextFile(out, 'gzip')",
  "object files": "pairs.saveAsObjectFile(out)",
  "a folder that cannot be": 'pairs.values().saveAsTextFile("/dev/null/out")',
};

/** After each job another one has to come to its result, and nothing may be left. */
const PROGRAM = `(async () => {
  const { readdirSync } = await import("node:fs");
  const { SparkContext, StorageLevel } = await import("./dist/index.js");
  const [, folder, jobs] = process.argv;
  const out = folder + "/out";
  const sc = new SparkContext({ workers: 2, workerMemoryMb: 64, localDir: folder });
  const pairs = sc.range(0, 600_000, 1, 4).map((n) => ["key" + (n * 7919) % 20_011, String(n * 7919 % 600_000).repeat(20)]);
  const told = {};
  for (const [name, source] of Object.entries(JSON.parse(jobs))) {
    const { code, message } = await (async () => eval(source))().catch((error) => error);
    const next = await sc.parallelize([1, 2, 2], 2).distinct().count();
    let left = [];
    do {
      // What a failed job wrote goes with the last of its tasks.
      left = readdirSync(folder, { recursive: true }).filter((path) => !/^millrace-[^/]*$/.test(path));
      if (left.length > 0) await sc.parallelize([1], 1).count();
    } while (left.length > 0);
    told[name] = { code, message, next };
  }
  await sc.stop();
  console.log(JSON.stringify({ told, left: readdirSync(folder) }));
})()`;

const folder = mkdtempSync(join(tmpdir(), "disk-full-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe.skipIf(process.platform === "win32")(
  "what cannot be written fails its job, and nothing is left",
  () => {
    let ended: { told: Record<string, { code: string; message: string; next: number }>; left: string[] };

    beforeAll(async () => {
      // No file may be larger than a megabyte: the same to a writer as a disk that is full.
      const command = 'ulimit -f 1024; exec "$0" -e "$@"';
      const args = ["-c", command, process.execPath, PROGRAM, folder, JSON.stringify(WRITING)];
      const child = spawn("bash", args, { cwd: new URL("../../", import.meta.url) });
      const [stdout, stderr, exit] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        once(child, "exit"),
      ]);
      expect({ exit, stderr }).toEqual({ exit: [0, null], stderr: "" });
      ended = JSON.parse(stdout);
    });

    const SPILLED = expect.stringMatching(
      /^cannot write .*\.chunks, which holds rows that do not fit in memory: the file is larger than files may be \(EFBIG\); make room there, or set `localDir` to a folder with room$/,
    );
    const SAVED = expect.stringMatching(
      /^cannot write .*\/\.out\..*: the file is larger than files may be \(EFBIG\); use more partitions, or write to a folder with room$/,
    );

    test.each([
      ["a shuffle", "RT_DISK", SPILLED],
      ["a sort", "RT_DISK", SPILLED],
      ["rows that are kept on disk", "RT_DISK", SPILLED],
      ["text files", "RT_FILE", SAVED],
      ["compressed files", "RT_FILE", SAVED],
      ["object files", "RT_FILE", SAVED],
      [
        "a folder that cannot be",
        "RT_FILE",
        "cannot look at /dev/null/out: a part of the path is no folder (ENOTDIR)",
      ],
    ])("%s", (name, code, message) => {
      expect(ended.told[name]).toEqual({ code, message, next: 2 });
    });

    test("nor is the folder of temporary files when the context stops", () => {
      expect(ended.left).toEqual([]);
    });
  },
);
