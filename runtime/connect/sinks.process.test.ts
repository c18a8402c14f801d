/** Sinks in real task threads: what another program has of them meanwhile. */

import { once } from "node:events";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { afterAll, expect, test } from "vitest";
import { temporaryFolder } from "./files/testing/temporary-folder.js";

const { SparkContext, StreamingContext }: typeof import("../index.js") = await import(
  "../../dist/index.js" as string
);

const folder = temporaryFolder();
const sc = new SparkContext({ workers: 2 });
afterAll(() => sc.stop());

test("a table has the counts of each batch, and a server the same records, by what they capture", async () => {
  const posted: string[] = [];
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    posted.push(...text.split("\n"));
    response.end();
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const file = folder.in("counts.db");
  const prefix = "count of";

  const ssc = new StreamingContext(sc, 1000, { clock: "manual" });
  const words = Array.from({ length: 1000 }, (_, i) => `w${i % 50}`);
  const counts = ssc
    .queueStream([words, words, ["w0"]])
    .map((word): [string, number] => [word, 1])
    .updateStateByKey((ones, sum?: number) => ones.length + (sum ?? 0));
  counts.saveToSqlite({ file, table: "counts", columns: ["word", "n"], key: "word" });
  counts.saveToHttp({
    url,
    headers: { "content-type": "text/plain" },
    body: (rows) => rows.map(([word, n]) => `${prefix} ${word}: ${n}`).join("\n"),
  });
  await ssc.start();
  const rowsAfter = async () => {
    await ssc.advance(1000);
    const Sqlite = createRequire(import.meta.url)("libsql");
    const database = new Sqlite(file, { readonly: true });
    const rows = database.prepare("select word, n from counts order by n desc, word").raw().all();
    database.close();
    return rows;
  };
  const first = await rowsAfter();
  expect(first).toHaveLength(50);
  expect(first.every(([, n]: [string, number]) => n === 20)).toBe(true);
  await rowsAfter();
  expect((await rowsAfter())[0]).toEqual(["w0", 41]);
  await ssc.stop();
  server.close();
  expect(posted).toHaveLength(150);
  expect(posted).toContain("count of w0: 41");
});

test("tasks that make a file of SQLite at the same time wait for each other", async () => {
  const ssc = new StreamingContext(sc, 1000, { clock: "manual" });
  const rows = ssc.queueStream([[1, 2, 3, 4]]).repartition(2);
  const files = Array.from({ length: 60 }, (_, i) => folder.in(`new-${i}.db`));
  for (const file of files) rows.saveToSqlite({ file, table: "rows", columns: ["n"] });
  await ssc.start();
  await ssc.advance(1000);
  await ssc.stop();
  const Sqlite = createRequire(import.meta.url)("libsql");
  const counts = files.map((file) => {
    const database = new Sqlite(file, { readonly: true });
    const [[count]] = database.prepare("select count(*) from rows").raw().all();
    database.close();
    return count;
  });
  expect(counts).toEqual(files.map(() => 4));
});
