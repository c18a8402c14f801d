import { copyFileSync, existsSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, test } from "vitest";
import type { SqliteSaveOptions } from "../context/sink-options.js";
import { SparkContext } from "../context/spark-context.js";
import { StreamingContext } from "../context/streaming-context.js";
import { temporaryFolder } from "./files/testing/temporary-folder.js";
import { SqliteSinkWriter, type SqliteWriting } from "./sqlite-sink.js";

const folder = temporaryFolder();
const sc = new SparkContext({ workers: 2, threads: false });

type Row = unknown[];

/** The rows that another program sees. */
function seen(file: string, sql: string): Row[] {
  const Sqlite = createRequire(import.meta.url)("libsql");
  const database = new Sqlite(file, { readonly: true });
  try {
    return database.prepare(sql).raw().all();
  } finally {
    database.close();
  }
}

async function run(batches: unknown[][], options: Omit<SqliteSaveOptions, "file"> & { file?: string }) {
  const file = options.file ?? folder.in("streams.db");
  const ssc = new StreamingContext(sc, 1000, { clock: "manual" });
  ssc.queueStream([...batches] as never[][]).saveToSqlite({ ...options, file });
  const end = ssc.awaitTermination();
  await ssc.start();
  try {
    await Promise.race([ssc.advance(1000 * batches.length), end]);
  } finally {
    await ssc.stop();
  }
  return file;
}

const pairs: [string, number][][] = [
  [
    ["a", 1],
    ["b", 2],
  ],
  [["a", 3]],
];

test("with a key, the table has the last row of each", async () => {
  const file = await run(pairs, { table: "counts", columns: ["word", "n"], key: "word" });
  expect(seen(file, "select * from counts order by word")).toEqual([
    ["a", 3],
    ["b", 2],
  ]);
});

test("without a key rows are added, with the batch they are of", async () => {
  const file = await run(pairs, { table: "all rows", columns: ["word", "n"] });
  expect(seen(file, 'select word, n, millrace_time_ms from "all rows" order by 3, 1')).toEqual([
    ["a", 1, 1000],
    ["b", 2, 1000],
    ["a", 3, 2000],
  ]);
});

test("values of JavaScript are those of SQLite, or JSON", async () => {
  const row = {
    text: 'it"s',
    number: 1.5,
    yes: true,
    nothing: null,
    date: new Date(0),
    bytes: Uint8Array.of(1, 2),
    list: [1, "a"],
  };
  const columns = [...Object.keys(row), "missing"];
  const file = await run([[row]], { table: "values", columns });
  const names = columns.map((name) => `"${name}"`).join(", ");
  expect(seen(file, `select ${names} from "values"`)).toEqual([
    ['it"s', 1.5, 1, null, "1970-01-01T00:00:00.000Z", Buffer.of(1, 2), '[1,"a"]', null],
  ]);
});

test("whole numbers are whole for others, also beyond 53 bits, and none is larger than SQLite's", async () => {
  const rows = [[2], [2.5], [-0], [2 ** 60], [2n ** 63n - 1n]];
  const file = await run([rows], { table: "numbers", columns: ["n"] });
  expect(seen(file, "select typeof(n), cast(n as text) from numbers")).toEqual([
    ["integer", "2"],
    ["real", "2.5"],
    ["integer", "0"],
    ["real", "1.15292150460685e+18"],
    ["integer", "9223372036854775807"],
  ]);
  await expect(run([[[2n ** 63n]]], { table: "numbers", columns: ["n"] })).rejects.toThrow(
    "9223372036854775808 is larger than SQLite's whole numbers, of 64 bits: make it a text or a number",
  );
});

test.each([null, Buffer.of(7), new Date(0), undefined])(
  "a table of one column may hold %s",
  async (value) => {
    const file = folder.in("one.db");
    const writing: SqliteWriting = { file, table: "one", columns: ["k"], key: ["k"] };
    const batch = { id: "run-1", run: "run", timeMs: 1 };
    const writer = new SqliteSinkWriter(writing, batch, { index: 0, count: 1 });
    writer.write([[value]]);
    writer.commit();
    const cell = value instanceof Date ? "1970-01-01T00:00:00.000Z" : (value ?? null);
    expect(seen(file, "select k from one order by rowid desc limit 1")).toEqual([[cell]]);
  },
);

test.runIf(process.platform === "linux")("a file is open once, not once for each batch", async () => {
  const file = await run(
    Array.from({ length: 50 }, (_, i) => [i]),
    { file: folder.in("open.db"), table: "rows", columns: ["n"] },
  );
  const names = readdirSync("/proc/self/fd").map((fd) => {
    const path = `/proc/self/fd/${fd}`;
    return existsSync(path) ? readlinkSync(path) : "";
  });
  // The file, its log and the log's index, and what SQLite may hold of them once more.
  expect(names.filter((name) => name.startsWith(file)).length).toBeLessThanOrEqual(4);
});

test("the file by itself, without its log, has all that was written", async () => {
  const file = await run([[1, 2]], { file: folder.in("whole.db"), table: "rows", columns: ["n"] });
  copyFileSync(file, folder.in("copy.db"));
  expect(seen(folder.in("copy.db"), "select n from rows")).toEqual([[1], [2]]);
});

test("a file that was removed is made anew, not written where nobody sees it", async () => {
  const file = await run([[1]], { file: folder.in("removed.db"), table: "rows", columns: ["n"] });
  for (const of of ["", "-wal", "-shm"]) rmSync(file + of, { force: true });
  await run([[2]], { file, table: "rows", columns: ["n"] });
  expect(seen(file, "select n from rows")).toEqual([[2]]);
});

test("a batch that is run again leaves what it would have left the first time", () => {
  const file = folder.in("again.db");
  const write = (key: string[], rows: Row[], part = 0) => {
    const writing: SqliteWriting = {
      file,
      table: key.length > 0 ? "keyed" : "added",
      columns: ["k", "v"],
      key,
    };
    const writer = new SqliteSinkWriter(
      writing,
      { id: "run-1", run: "run", timeMs: 1 },
      { index: part, count: 2 },
    );
    writer.write(rows);
    writer.commit();
  };
  for (const key of [["k"], []]) {
    write(key, [["a", 1]], 1);
    write(key, [
      ["b", 2],
      ["c", 3],
    ]);
    write(key, [
      ["b", 2],
      ["c", 3],
    ]);
  }
  for (const table of ["keyed", "added"])
    expect(seen(file, `select k, v from ${table} order by k`)).toEqual([
      ["a", 1],
      ["b", 2],
      ["c", 3],
    ]);
});

test("outputs into one table keep the rows of each other, with a key and without", async () => {
  const file = folder.in("two.db");
  const ssc = new StreamingContext(sc, 1000, { clock: "manual" });
  const numbers = ssc.queueStream([[1, 2, 3, 4]]);
  for (const [table, key] of [["added"], ["keyed", "n"]] as const)
    for (const rest of [0, 1])
      numbers
        .filter((n) => n % 2 === rest)
        .map((n) => [n])
        .saveToSqlite({ file, table, columns: ["n"], ...(key !== undefined && { key }) });
  await ssc.start();
  await ssc.advance(1000);
  await ssc.stop();
  for (const table of ["added", "keyed"])
    expect(seen(file, `select n from ${table} order by n`)).toEqual([[1], [2], [3], [4]]);
});

test("a key may be null, and its row is still one when the batch is run again", () => {
  const file = folder.in("nulls.db");
  const writing: SqliteWriting = { file, table: "t", columns: ["a", "b", "n"], key: ["a", "b"] };
  for (const add of [0, 10]) {
    const writer = new SqliteSinkWriter(
      writing,
      { id: "run-1", run: "run", timeMs: 1 },
      { index: 0, count: 1 },
    );
    writer.write([
      ["x", null, 1 + add],
      ["x", "y", 2 + add],
      [Number.NaN, undefined, 3 + add],
    ]);
    writer.commit();
  }
  expect(seen(file, "select * from t order by n")).toEqual([
    ["x", null, 11],
    ["x", "y", 12],
    [null, null, 13],
  ]);
});

test("a table that was there and knows no such key is refused, since rows would be added for ever", async () => {
  const file = await run(pairs, { file: folder.in("before.db"), table: "counts", columns: ["word", "n"] });
  const keyed = { file, table: "counts", columns: ["word", "n"], key: "word" };
  await expect(run(pairs, keyed)).rejects.toThrow(
    /before\.db: the table was there before, and nothing in it makes a row take the place of another by word; create that \(CREATE UNIQUE INDEX "by key" ON "counts" \("word"\)\), or drop the table, or name another$/,
  );
  expect(seen(file, "select count(*) from counts")).toEqual([[3]]);
});

test("a partition that fails leaves nothing of itself", () => {
  const file = folder.in("half.db");
  const Sqlite = createRequire(import.meta.url)("libsql");
  const database = new Sqlite(file);
  database.exec("create table t (k not null primary key)");
  database.close();
  const writing: SqliteWriting = { file, table: "t", columns: ["k"], key: ["k"] };
  const writer = new SqliteSinkWriter(
    writing,
    { id: "run-1", run: "run", timeMs: 1 },
    { index: 0, count: 1 },
  );
  writer.write([["good"], [null]]);
  expect(() => writer.commit()).toThrow(/^cannot write into the table t of .*half\.db: .*NOT NULL/);
  expect(seen(file, "select count(*) from t")).toEqual([[0]]);
});

test("what ended the transaction by itself is told, not that there is none", () => {
  const file = folder.in("refused.db");
  const Sqlite = createRequire(import.meta.url)("libsql");
  const database = new Sqlite(file);
  database.exec("create table t (k primary key)");
  database.exec(
    "create trigger refuse before insert on t when new.k = 'bad' begin select raise(rollback, 'no bad rows'); end",
  );
  database.close();
  const writing: SqliteWriting = { file, table: "t", columns: ["k"], key: ["k"] };
  const batch = { id: "run-1", run: "run", timeMs: 1 };
  const writer = new SqliteSinkWriter(writing, batch, { index: 0, count: 1 });
  writer.write([["good"], ["bad"]]);
  expect(() => writer.commit()).toThrow(/^cannot write into the table t of .*refused\.db: .*no bad rows/);
  expect(seen(file, "select count(*) from t")).toEqual([[0]]);
});

test("what is wrong is said where it is declared, or by the batch", async () => {
  const stream = new StreamingContext(sc, 1000, { clock: "manual" }).queueStream([[["a", 1]]]);
  const options = { file: "x.db", table: "t" };
  expect(() => stream.saveToSqlite({ ...options, columns: ["a", "a"] })).toThrow(
    /columns are names, each once/,
  );
  expect(() => stream.saveToSqlite({ ...options, columns: ["a"], key: "b" })).toThrow(
    "key is of the columns (a), not b",
  );
  expect(() => stream.saveToHttp({ url: "ftp://x" })).toThrow('url is an http: or https: URL, not "ftp://x"');
  await expect(run([[["a"]]], { table: "t", columns: ["x", "y"] })).rejects.toThrow(
    /the row has 1 values, and there are 2 columns: x, y/,
  );
  await expect(
    run([[["a"]]], { file: folder.in("nowhere/x.db"), table: "t", columns: ["x"] }),
  ).rejects.toThrow(/cannot write into the table t of .*nowhere.x\.db: /);
});
