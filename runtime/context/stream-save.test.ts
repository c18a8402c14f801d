import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { DStream } from "./dstream.js";
import { SparkContext } from "./spark-context.js";
import { StreamingContext } from "./streaming-context.js";

let folder: string;
let sc: SparkContext;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "millrace-save-"));
  sc = new SparkContext({ workers: 2, threads: false });
});

afterEach(async () => {
  await sc.stop();
  rmSync(folder, { recursive: true });
});

/** Runs batches of a second of pairs into outputs. */
async function run(batches: [string, number][][], save: (stream: DStream<[string, number]>) => void) {
  const ssc = new StreamingContext(sc, 1000, { clock: "manual" });
  save(ssc.queueStream([...batches]));
  const end = ssc.awaitTermination();
  await ssc.start();
  try {
    await Promise.race([ssc.advance(1000 * batches.length), end]);
  } finally {
    await ssc.stop();
  }
}

const text = (name: string) =>
  readdirSync(join(folder, name))
    .filter((part) => part.startsWith("part-"))
    .map((part) => readFileSync(join(folder, name, part), "utf8"))
    .join("");

test("each batch has a folder, named by its time, that is there when it is whole", async () => {
  await run([[["a", 1]], []], (stream) => stream.saveAsTextFiles(join(folder, "counts"), "txt"));
  expect(readdirSync(folder).sort()).toEqual(["counts-1000.txt", "counts-2000.txt"]);
  expect([text("counts-1000.txt"), text("counts-2000.txt")]).toEqual(["(a,1)\n", ""]);
  expect(readdirSync(join(folder, "counts-1000.txt"))).toContain("_SUCCESS");
});

test("what is written as objects or JSON is read again as it was", async () => {
  await run([[["a", 1]]], (stream) => {
    stream.saveAsObjectFiles(join(folder, "objects"));
    stream.saveAsJsonFiles(join(folder, "json"), "jsonl");
  });
  expect(await sc.objectFile(join(folder, "objects-1000")).collect()).toEqual([["a", 1]]);
  expect(await sc.jsonLines(join(folder, "json-1000.jsonl")).collect()).toEqual([["a", 1]]);
});

test("what is written as CSV has the columns that were given, and is read again", async () => {
  await run([[["a", 1]], [["b,c", 2]]], (stream) => {
    stream.saveAsCsvFiles(join(folder, "pairs"));
    stream
      .map(([word, n]) => ({ word, n }))
      .saveAsCsvFiles(join(folder, "rows"), "csv", { header: true, columns: ["n", "word"], delimiter: ";" });
  });
  expect([text("pairs-1000"), text("pairs-2000")]).toEqual(["a,1\n", '"b,c",2\n']);
  expect(text("rows-2000.csv")).toContain("n;word\n2;b,c\n");
  const options = { header: true, delimiter: ";", types: { n: "number" } } as const;
  expect(await sc.csv(join(folder, "rows-*.csv"), options).collect()).toEqual([
    { n: 1, word: "a" },
    { n: 2, word: "b,c" },
  ]);
});

test("a header of CSV is refused where nobody says of which columns", async () => {
  await expect(run([], (stream) => stream.saveAsCsvFiles("x", "", { header: true }))).rejects.toMatchObject({
    code: "RT_CSV_COLUMNS",
  });
});

test("a batch that is run again leaves what it would have left the first time", async () => {
  mkdirSync(join(folder, "counts-1000"));
  writeFileSync(join(folder, "counts-1000", "part-00007"), "of an earlier attempt");
  await run([[["a", 1]]], (stream) => stream.saveAsTextFiles(join(folder, "counts")));
  expect(text("counts-1000")).toBe("(a,1)\n");
  expect(readdirSync(folder)).toEqual(["counts-1000"]);
});

test("a batch that fails leaves nothing", async () => {
  const failing = run([[["a", 1]]], (stream) =>
    stream
      .map(() => {
        throw new Error("no");
      })
      .saveAsTextFiles(join(folder, "counts")),
  );
  await expect(failing).rejects.toThrow(/failed in the output `map\.saveAsTextFiles\(\)`/);
  expect(readdirSync(folder)).toEqual([]);
});
