import { execFileSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { relative } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { SparkContext } from "../../context/spark-context.js";
import { temporaryFolder } from "./testing/temporary-folder.js";

const folder = temporaryFolder();
folder.write({
  "one.txt": "a b\nb\n",
  "two.txt": "c",
  "day/2025-01/part-0": "jan",
  "day/2025-02/part-0": "feb",
  "day/2026-01/part-0": "later",
  "day/2026-01/_SUCCESS": "no",
  "day/2026-01/.part-0.crc": "no",
  "with,comma/x": "comma",
  "packed.txt.gz": gzipSync("p\nq\n"),
});

const sc = new SparkContext({ workers: 2, threads: false });

test("word count of a file", async () => {
  const counts = await sc
    .textFile(folder.in("one.txt"))
    .flatMap((line) => line.split(" "))
    .map((word) => [word, 1] as [string, number])
    .reduceByKey((a, b) => a + b)
    .collectAsMap();
  expect(counts).toEqual(
    new Map([
      ["a", 1],
      ["b", 2],
    ]),
  );
});

test.each<[string, string, string[]]>([
  ["a file", "one.txt", ["a b", "b"]],
  ["the files of a folder, but hidden ones", "day/2026-01", ["later"]],
  ["a list", `one.txt,${folder.in("two.txt")}`, ["a b", "b", "c"]],
  ["a URL", "file://two.txt", ["c"]],
  ["a pattern of files", "*.txt", ["a b", "b", "c"]],
  ["of folders", "day/2025-*", ["jan", "feb"]],
  ["in the middle", "day/*/part-?", ["jan", "feb", "later"]],
  ["of characters", "day/202[5]-0[2-9]", ["feb"]],
  ["of other characters", "day/202[^5]-01", ["later"]],
  ["of choices, across names", "{day/2025-01/part-0,two.txt}", ["jan", "c"]],
  ["that hidden files do not match", "day/2026-01/*", ["later"]],
  ["a comma that is escaped", "with\\,comma", ["comma"]],
  ["a hidden file that is named", "day/2026-01/_SUCCESS", ["no"]],
  ["a compressed file", "packed.txt.gz", ["p", "q"]],
])("%s: %s", async (_title, path, lines) => {
  const absolute = path
    .split(/(?<!\\|\{[^}]*),/)
    .map((one) =>
      one.startsWith("/")
        ? one
        : one.startsWith("file:")
          ? one.replace("//", `//${folder.path}/`)
          : folder.in(one),
    )
    .join(",");
  expect(await sc.textFile(absolute).collect()).toEqual(lines);
});

test("a path is from the folder the program runs in", async () => {
  expect(await sc.textFile(relative(process.cwd(), folder.in("two.txt"))).collect()).toEqual(["c"]);
});

test("what is not there is told where the RDD is declared", () => {
  expect(() => sc.textFile(folder.in("nix"))).toThrow(`Input path does not exist: ${folder.in("nix")}`);
  expect(() => sc.textFile(folder.in("nix*"))).toThrow(`Input Pattern ${folder.in("nix*")} matches 0 files`);
  expect(() => sc.textFile("")).toThrow("`path` of `textFile` is a path as text");
  expect(() => sc.textFile("s3://host/x")).toThrow("there is no file system for s3: of s3://host/x");
});

test("a compression that is not known is refused, not read as text", () => {
  folder.write({ "x.zst": "?" });
  expect(() => sc.textFile(folder.in("x.zst"))).toThrow(
    `${folder.in("x.zst")} is compressed in a way that is not read here (.zst)`,
  );
});

test("a damaged compressed file fails the action with its path", async () => {
  folder.write({ "bad.gz": "this is no gzip", "short.gz": gzipSync("a\n".repeat(1000)).subarray(0, 30) });
  for (const name of ["bad.gz", "short.gz"]) {
    await expect(sc.textFile(folder.in(name)).count()).rejects.toMatchObject({
      code: "RT_CODEC",
      message: expect.stringContaining(`${folder.in(name)} cannot be decompressed`),
    });
  }
});

test("files are cut as Hadoop cuts them, compressed ones are not, an empty one is one partition", () => {
  folder.write({ large: "0123456789\n".repeat(100), "large.gz": gzipSync("x"), empty: "" });
  expect(sc.textFile(folder.in("large"), 4).getNumPartitions()).toBe(4);
  expect(sc.textFile(folder.in("large"), 1).getNumPartitions()).toBe(1);
  expect(sc.textFile(folder.in("large")).getNumPartitions()).toBe(2);
  expect(sc.textFile(folder.in("large.gz"), 4).getNumPartitions()).toBe(1);
  expect(sc.textFile(folder.in("empty"), 4).getNumPartitions()).toBe(1);
  expect(() => sc.textFile(folder.in("large"), 0)).toThrow();
});

test("a file that was changed or removed after it was listed fails the action", async () => {
  folder.write({ changing: "a\n" });
  const rdd = sc.textFile(folder.in("changing"));
  expect(await rdd.count()).toBe(1);
  folder.write({ changing: "a\nb\n" });
  await expect(rdd.map((line) => line.length).count()).rejects.toMatchObject({
    code: "RT_FILE_CHANGED",
    message: expect.stringMatching(
      /changing has changed since it was listed: 2 bytes, written .*; now 4 bytes, /,
    ),
  });
  rmSync(folder.in("changing"));
  await expect(rdd.count()).rejects.toThrow(
    `cannot open ${folder.in("changing")}: it does not exist (ENOENT)`,
  );
});

test.runIf(process.platform !== "win32")("a named pipe is told of, not waited for", async () => {
  execFileSync("mkfifo", [folder.in("pipe")]);
  await expect(sc.textFile(folder.in("pipe")).count()).rejects.toThrow(
    `cannot read ${folder.in("pipe")}: it is no file but a pipe (ESPIPE)`,
  );
});

test("a folder without files has no lines", async () => {
  folder.write({ "nothing/_SUCCESS": "" });
  expect(await sc.textFile(folder.in("nothing")).count()).toBe(0);
});

test("no file stays open when a function leaves its records", async () => {
  const open = () => readdirSync("/proc/self/fd").length;
  const before = open();
  const first = sc.textFile(folder.in("one.txt"), 1).mapPartitions((lines) => [lines.next().value ?? ""]);
  expect(await first.collect()).toEqual(["a b"]);
  expect(await sc.textFile(folder.in("one.txt"), 1).take(1)).toEqual(["a b"]);
  expect(open()).toBe(before);
});
