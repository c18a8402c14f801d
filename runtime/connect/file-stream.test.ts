import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { DStream } from "../context/dstream.js";
import { SparkContext } from "../context/spark-context.js";
import { StreamingContext } from "../context/streaming-context.js";
import { ManualClock } from "../time/clock.js";
import { fileListing } from "./file-listing.js";
import { FileStreamSource } from "./file-stream.js";

const START_MS = 1_000_000;
const BATCH_MS = 1000;

let folder: string;
let sc: SparkContext;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "millrace-files-"));
  sc = new SparkContext({ workers: 2, threads: false });
});

afterEach(async () => {
  await sc.stop();
  rmSync(folder, { recursive: true });
});

/** A file that was last changed at this time of the context. */
function write(name: string, text: string | Uint8Array, changedMs: number): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  touch(path, changedMs);
  return path;
}

/** Half a millisecond later: seconds as binary fractions may be a little less than what they were made of. */
function touch(path: string, changedMs: number): void {
  const seconds = (changedMs + 0.5) / 1000;
  utimesSync(path, seconds, seconds);
}

/** A context whose clock is at START_MS, and what its batches were. */
function streaming<T>(streamOf: (ssc: StreamingContext) => DStream<T>) {
  const ssc = new StreamingContext(sc, BATCH_MS, { clock: { startMs: START_MS } });
  const seen: T[][] = [];
  streamOf(ssc).foreachRDD(async (rdd) => {
    seen.push(await rdd.collect());
  });
  return { ssc, seen };
}

describe("each file that appears is in one batch, by Spark's rules", () => {
  test("a new file is taken once, in the batch in whose interval or before it was changed", async () => {
    const { ssc, seen } = streaming((context) => context.textFileStream(folder));
    write("old", "before\n", START_MS - 1);
    await ssc.start();
    write("a", "one\ntwo\n", START_MS + 500);
    write("b", "later\n", START_MS + 1500);
    await ssc.advance(3000);
    expect(seen).toEqual([["one", "two"], ["later"], []]);
  });

  test("a file that appears late with an earlier time is still taken, within a minute", async () => {
    const { ssc, seen } = streaming((context) => context.textFileStream(folder));
    await ssc.start();
    await ssc.advance(59_000);
    write("late", "late\n", START_MS + 1);
    await ssc.advance(1000);
    write("too-late", "too late\n", START_MS + 1);
    await ssc.advance(2000);
    expect(seen.flat()).toEqual(["late"]);
  });

  test("what came while the folder was away is taken when it is back, however long that was, and once", async () => {
    const { ssc, seen } = streaming((context) => context.textFileStream(folder));
    await ssc.start();
    write("a", "one\n", START_MS + 1);
    await ssc.advance(1000);
    renameSync(folder, `${folder}-away`);
    await ssc.advance(300_000);
    renameSync(`${folder}-away`, folder);
    write("b", "two\n", START_MS + 1001);
    await ssc.advance(120_000);
    write("too-late", "too late\n", START_MS + 1002);
    await ssc.advance(1000);
    expect(seen.flat()).toEqual(["one", "two"]);
  });

  test("with newFilesOnly false files of the last minute are taken that were there before", async () => {
    write("old", "old\n", START_MS - 1000);
    write("too-old", "too old\n", START_MS - 61_000);
    const { ssc, seen } = streaming((context) => context.fileStream(folder, undefined, false));
    await ssc.start();
    await ssc.advance(2000);
    expect(seen).toEqual([["old"], []]);
  });

  test("hidden files are left out, and with a filter those that it does not accept", async () => {
    const wanted = ".csv";
    const filtered = (context: StreamingContext) =>
      context.fileStream(folder, (path) => path.endsWith(wanted));
    const { ssc, seen } = streaming((context) => context.textFileStream(folder).union(filtered(context)));
    await ssc.start();
    write(".hidden", "hidden\n", START_MS + 1);
    write("a.csv", "csv\n", START_MS + 1);
    write("b.txt", "txt\n", START_MS + 1);
    mkdirSync(join(folder, "inner"));
    await ssc.advance(1000);
    expect(seen).toEqual([["csv", "txt", "csv"]]);
  });

  test("a file that is renamed into the folder is whole", async () => {
    const { ssc, seen } = streaming((context) => context.textFileStream(folder));
    await ssc.start();
    const hidden = write(".growing", "one\n", START_MS + 10);
    await ssc.advance(1000);
    appendFileSync(hidden, "two\n");
    touch(hidden, START_MS + 1500);
    renameSync(hidden, join(folder, "whole"));
    await ssc.advance(1000);
    expect(seen).toEqual([[], ["one", "two"]]);
  });

  test("what is written to a file after it was taken is not read, nor does it harm", async () => {
    const { ssc, seen } = streaming((context) => context.textFileStream(folder).window(2 * BATCH_MS));
    await ssc.start();
    const path = write("a", "one\n", START_MS + 10);
    await ssc.advance(1000);
    appendFileSync(path, "two\n");
    touch(path, START_MS + 1500);
    await ssc.advance(2000);
    expect(seen).toEqual([["one"], ["one"], []]);
  });

  test("folders are found by a pattern, also those that come later; until then the stream says that it waits", async () => {
    const { ssc, seen } = streaming((context) => context.textFileStream(join(folder, "day-*")));
    await ssc.start();
    await ssc.advance(1000);
    expect((await ssc.status())?.inputs[0]).toMatchObject({
      state: "retrying",
      reason: expect.stringContaining("there is no folder"),
    });
    mkdirSync(join(folder, "day-1"));
    write("day-1/a", "one\n", START_MS + 1200);
    await ssc.advance(1000);
    expect(seen).toEqual([[], ["one"]]);
    expect((await ssc.status())?.inputs[0]).toMatchObject({ state: "connected", records: 1 });
  });
});

describe("files are read as asked", () => {
  test("as records of one length", async () => {
    const { ssc, seen } = streaming((context) => context.binaryRecordsStream(folder, 2));
    await ssc.start();
    write("a", Uint8Array.of(1, 2, 3, 4), START_MS + 1);
    await ssc.advance(1000);
    expect(seen.flat().map((record) => [...record])).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  test("as lines of JSON", async () => {
    const { ssc, seen } = streaming((context) =>
      context.fileStream<{ n: number }>(folder, undefined, true, "jsonLines"),
    );
    await ssc.start();
    write("a", '{"n":1}\n{"n":2}\n', START_MS + 1);
    await ssc.advance(1000);
    expect(seen).toEqual([[{ n: 1 }, { n: 2 }]]);
  });

  test("as whole texts", async () => {
    const { ssc, seen } = streaming((context) => context.fileStream(folder, undefined, true, "wholeText"));
    await ssc.start();
    const path = write("a", "one\ntwo\n", START_MS + 1);
    await ssc.advance(1000);
    expect(seen).toEqual([[[path, "one\ntwo\n"]]]);
  });

  test("a record length that is none is refused", () => {
    const ssc = new StreamingContext(sc, BATCH_MS);
    expect(() => ssc.binaryRecordsStream(folder, 0)).toThrow(/at least 1, not 0/);
  });
});

test("a source in a later process goes on where the one before was, and gives a batch again", () => {
  let nowMs = START_MS;
  const newSource = () =>
    new FileStreamSource({
      path: folder,
      listing: fileListing(folder, new ManualClock(0), BATCH_MS),
      format: "text",
      recordLength: 0,
      newFilesOnly: true,
      rememberMs: 60_000,
      batchMs: BATCH_MS,
      tasks: 2,
      accepts: () => true,
      now: () => nowMs,
    });
  const first = newSource();
  const path = write("a", "one\n", START_MS + 10);
  const taken = first.take(START_MS + 1000);
  nowMs = START_MS + 500_000;
  const second = newSource();
  second.resume(JSON.parse(JSON.stringify(first.position())));
  write("b", "two\n", START_MS + 1500);
  expect(second.take(START_MS + 2000).range).toMatchObject({ files: [{ path: join(folder, "b") }] });
  const again = second.replay(JSON.parse(JSON.stringify(taken.range)));
  expect(again.rdd?.params).toEqual(taken.rdd?.params);
  expect(again.rdd?.params).toMatchObject([{ path }, { path }]);
});
