import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { SparkContext } from "../../context/spark-context.js";
import { temporaryFolder } from "./testing/temporary-folder.js";

const folder = temporaryFolder();
const sc = new SparkContext({ workers: 2, threads: false });

folder.write({
  "texts/a.txt": "é\nb",
  "texts/b.txt": "",
  "texts/c.txt.gz": gzipSync("packed ".repeat(1000)),
  "texts/_hidden": "no",
  "records/r": Uint8Array.from({ length: 30 }, (_, i) => i),
});

test("wholeTextFiles gives the path and the text of each file", async () => {
  expect(await sc.wholeTextFiles(folder.in("texts")).collect()).toEqual([
    [folder.in("texts", "a.txt"), "é\nb"],
    [folder.in("texts", "b.txt"), ""],
    [folder.in("texts", "c.txt.gz"), "packed ".repeat(1000)],
  ]);
});

test("and puts files together, so that there are no more partitions than asked for", async () => {
  expect(sc.wholeTextFiles(folder.in("texts"), 1).getNumPartitions()).toBe(1);
  const two = sc.wholeTextFiles(folder.in("texts"), 2);
  expect(two.getNumPartitions()).toBeLessThanOrEqual(2);
  expect(await two.keys().count()).toBe(3);
});

test("binaryFiles gives the bytes", async () => {
  const [[path, bytes] = ["", new Uint8Array()]] = await sc.binaryFiles(folder.in("texts/a.txt")).collect();
  expect(path).toBe(folder.in("texts/a.txt"));
  expect(Buffer.from(bytes).toString()).toBe("é\nb");
});

test("binaryRecords cuts files into records, whatever the partitions", async () => {
  const records = sc.binaryRecords(folder.in("records"), 3);
  expect(records.getNumPartitions()).toBe(2);
  expect((await records.collect()).map((bytes) => [...bytes])).toEqual(
    Array.from({ length: 10 }, (_, i) => [3 * i, 3 * i + 1, 3 * i + 2]),
  );
});

test("binaryRecords refuses files of other lengths, and lengths that are none", () => {
  expect(() => sc.binaryRecords(folder.in("records"), 7)).toThrow(
    `${folder.in("records/r")} does not consist of records of 7 bytes: 2 are left over`,
  );
  expect(() => sc.binaryRecords(folder.in("records"), 0)).toThrow("at least 1, not 0");
});

test("jsonLines gives a record for each line that is not empty", async () => {
  folder.write({ "good.jsonl": '{"a":1}\n\n[2]\r\n"x"' });
  expect(await sc.jsonLines<unknown>(folder.in("good.jsonl")).collect()).toEqual([{ a: 1 }, [2], "x"]);
});

test("a line that is no JSON fails the action with its number and its file, or is left out, or null", async () => {
  const lines = Array.from({ length: 1000 }, (_, i) => (i === 700 ? '{"a":' : `{"a":${i}}`));
  folder.write({ "bad.jsonl": lines.join("\n") });
  const path = folder.in("bad.jsonl");
  await expect(sc.jsonLines(path, { minPartitions: 3 }).count()).rejects.toMatchObject({
    code: "RT_BAD_LINE",
    message: expect.stringContaining(`line 701 of ${path} is no JSON: {"a": (`),
  });
  expect(await sc.jsonLines(path, { badLines: "skip" }).count()).toBe(999);
  const kept = await sc.jsonLines(path, { badLines: "null" }).collect();
  expect(kept[700]).toBe(null);
  expect(kept.length).toBe(1000);
  expect(() => sc.jsonLines(path, { badLines: "drop" as "skip" })).toThrow(
    'badLines is "fail", "skip" or "null", not drop',
  );
});
