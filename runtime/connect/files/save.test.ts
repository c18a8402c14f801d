import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { brotliDecompressSync, gunzipSync, inflateSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { SparkContext } from "../../context/spark-context.js";
import { rowText } from "../../rows/row-text.js";
import { temporaryFolder } from "./testing/temporary-folder.js";

const folder = temporaryFolder();
const sc = new SparkContext({ workers: 2, threads: false });
const numbers = Array.from({ length: 2000 }, (_, i) => i);

test("saveAsTextFile writes a file for each partition, and a mark that all is there", async () => {
  await sc.parallelize(["a", "b", "c"], 2).saveAsTextFile(folder.in("plain"));
  expect(readdirSync(folder.in("plain"))).toEqual(["_SUCCESS", "part-00000", "part-00001"]);
  expect(readFileSync(folder.in("plain", "part-00000"), "utf8")).toBe("a\n");
  expect(readFileSync(folder.in("plain", "part-00001"), "utf8")).toBe("b\nc\n");
  expect(statSync(folder.in("plain", "_SUCCESS")).size).toBe(0);
  expect(await sc.textFile(folder.in("plain")).collect()).toEqual(["a", "b", "c"]);
});

test("an empty partition is an empty file", async () => {
  await sc.parallelize<string>([], 2).saveAsTextFile(folder.in("empty"));
  expect(readdirSync(folder.in("empty"))).toEqual(["_SUCCESS", "part-00000", "part-00001"]);
  expect(await sc.textFile(folder.in("empty")).count()).toBe(0);
});

test.each([
  ["gzip" as const, ".gz", gunzipSync],
  ["deflate" as const, ".deflate", inflateSync],
  ["brotli" as const, ".br", brotliDecompressSync],
])("the codec %s gives the files its ending", async (codec, ending, decompress) => {
  const path = folder.in(`packed-${codec}`);
  await sc.parallelize(numbers, 1).saveAsTextFile(path, codec);
  const bytes = readFileSync(`${path}/part-00000${ending}`);
  expect(decompress(bytes).toString()).toBe(`${numbers.join("\n")}\n`);
  expect((await sc.textFile(path).collect()).map(Number)).toEqual(numbers);
});

test("a codec that is none is refused before anything is written", async () => {
  const save = sc.parallelize([1]).saveAsTextFile(folder.in("zip"), "zip" as "gzip");
  await expect(save).rejects.toThrow("there is no codec zip; there is gzip, deflate, brotli");
});

test("a folder that exists is refused", async () => {
  await sc.parallelize(["a"], 1).saveAsTextFile(folder.in("once"));
  const again = sc.parallelize(["b"], 1).saveAsTextFile(folder.in("once"));
  await expect(again).rejects.toMatchObject({
    code: "RT_OUTPUT_EXISTS",
    message: expect.stringContaining(`Output directory ${folder.in("once")} already exists`),
  });
  expect(await sc.textFile(folder.in("once")).collect()).toEqual(["a"]);
});

test("a function that fails leaves nothing behind", async () => {
  const before = readdirSync(folder.path);
  const failing = sc.parallelize(numbers, 4).map((n) => {
    if (n === 1999) throw new Error("no");
    return n;
  });
  await expect(failing.saveAsTextFile(folder.in("half"))).rejects.toThrow(
    "the function of `map` failed on the record 1999: Error: no",
  );
  expect(readdirSync(folder.path)).toEqual(before);
});

test("a file that cannot be made is told of with its path, and never replaced", async () => {
  const { createPart } = await import("./part-file.js");
  const { localFileSystem } = await import("./local-file-system.js");
  expect(() => localFileSystem.create("/dev/full")).toThrow(
    "cannot create /dev/full: it exists already (EEXIST)",
  );
  expect(() => createPart({ folder: folder.in("gone"), format: "text", ending: "" })).toThrow(
    "it does not exist (ENOENT)",
  );
});

describe("a record as text", () => {
  class Point {
    constructor(readonly x: number) {}
    toString() {
      return `<${this.x}>`;
    }
  }
  test.each<[string, unknown, string]>([
    ["a string", "a b", "a b"],
    ["a number", 1.5, "1.5"],
    ["a pair", ["hello", 3], "(hello,3)"],
    ["pairs within a pair", ["k", [1, ["x", 2]]], "(k,(1,(x,2)))"],
    ["a longer array", [1, 2, 3], "(1,2,3)"],
    ["nothing", null, "null"],
    ["a big integer", 10n, "10"],
    ["a plain object", { a: [1] }, '{"a":[1]}'],
    ["a date", new Date(0), "1970-01-01T00:00:00.000Z"],
    ["a map", new Map([["a", 1]]), '[["a",1]]'],
    ["an object with a text of its own", new Point(1), "<1>"],
    ["an object without a prototype", Object.assign(Object.create(null), { a: 1 }), '{"a":1}'],
  ])("%s", (_title, row, text) => expect(rowText(row)).toBe(text));
});

test("saveAsObjectFile keeps all that structured clone copies", async () => {
  const rows = [
    ["text é", 1.5, null, undefined],
    { when: new Date(5), map: new Map([[1, new Set(["a"])]]) },
    10n ** 30n,
    Uint8Array.of(1, 2),
  ];
  await sc.parallelize(rows, 2).saveAsObjectFile(folder.in("objects"));
  const read = sc.objectFile(folder.in("objects"));
  expect(read.getNumPartitions()).toBe(2);
  expect(await read.collect()).toEqual(rows);
});

test("an object file that is damaged, cut off or none says so", async () => {
  await sc.parallelize(numbers, 1).saveAsObjectFile(folder.in("damaged"));
  const part = folder.in("damaged", "part-00000");
  const bytes = readFileSync(part);
  const read = () => sc.objectFile(folder.in("damaged")).count();
  expect(await read()).toBe(2000);
  const flipped = Buffer.from(bytes);
  flipped[1000] = (flipped[1000] ?? 0) ^ 1;
  writeFileSync(part, flipped);
  await expect(read()).rejects.toMatchObject({
    code: "RT_OBJECT_FILE",
    message: `${part} cannot be read as an object file: chunk 1 is not as it was written`,
  });
  for (const length of [bytes.length - 1, bytes.length - 12, 5]) {
    writeFileSync(part, bytes);
    truncateSync(part, length);
    await expect(read()).rejects.toThrow("it ends too early");
  }
  writeFileSync(part, "some other file");
  await expect(read()).rejects.toThrow("it was not written by saveAsObjectFile");
});

test("saveAsJsonLines and jsonLines are each other's inverse", async () => {
  const rows = [
    { name: "é", list: [1, 2] },
    { name: "b\nc", list: [] },
  ];
  await sc.parallelize(rows, 2).saveAsJsonLines(folder.in("json"), "gzip");
  expect(await sc.jsonLines<(typeof rows)[0]>(folder.in("json")).collect()).toEqual(rows);
});

test("what JSON has no text for fails the action with the record", async () => {
  await expect(sc.parallelize([undefined], 1).saveAsJsonLines(folder.in("none"))).rejects.toThrow(
    "JSON has no text for undefined",
  );
});
