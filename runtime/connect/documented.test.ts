/** The source and the sink of docs/connectors.md, as they stand there. */

import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { transform } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { OwnSource, Sink } from "../index.js";
import { SparkContext, StreamingContext } from "../index.js";
import { importHere } from "../pool/import-module.js";

interface Examples {
  journal(path: string): OwnSource<string, unknown, number>;
  jsonFolder<T>(folder: string): Sink<T>;
}

const folder = mkdtempSync(join(tmpdir(), "connectors-"));
let examples: Examples;

beforeAll(async () => {
  const text = readFileSync(fileURLToPath(new URL("../../docs/connectors.md", import.meta.url)), "utf8");
  const blocks = [...text.matchAll(/```ts (?:source|sink)\n(.*?)```/gs)].map(([, code]) => code);
  expect(blocks).toHaveLength(2);
  const { code } = await transform(`import fs from "node:fs";\n${blocks.join("\n")}`, {
    loader: "ts",
    format: "esm",
  });
  const module = join(folder, "examples.mjs");
  writeFileSync(module, code);
  examples = (await importHere(pathToFileURL(module).href, import.meta.url)) as unknown as Examples;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the source and the sink of the documentation bring lines of a file to files of JSON, each once, over the end of a program", async () => {
  const [path, out, checkpoint] = ["journal.txt", "out", "checkpoint"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const sc = new SparkContext({ workers: 2, threads: false });
  mkdirSync(out);
  const program = () =>
    StreamingContext.getOrCreate(checkpoint, () => {
      const ssc = new StreamingContext(sc, 1000, { clock: "manual" });
      ssc.checkpoint(checkpoint);
      const lines = ssc.fromSource(examples.journal(path));
      lines.map((line) => ({ line })).writeTo(examples.jsonFolder(out), { name: "json" });
      return ssc;
    });
  appendFileSync(path, "one\ntwo\nthr");
  const first = await program();
  await first.start();
  await first.advance(1000);
  const status = await first.status();
  expect(status?.outputs[0]).toMatchObject({ name: "json", delivery: "idempotent" });
  expect(status?.inputs[0]).toMatchObject({ what: `lines of ${path}`, records: 2 });
  await first.stop();
  appendFileSync(path, "ee\nfour\n");
  const second = await program();
  await second.start();
  await second.advance(1000);
  await second.stop();
  await sc.stop();
  const rows = readdirSync(out)
    .sort()
    .flatMap((name) => readFileSync(join(out, name), "utf8").trim().split("\n"))
    .filter((line) => line !== "");
  expect(rows).toEqual(['{"line":"one"}', '{"line":"two"}', '{"line":"three"}', '{"line":"four"}']);
});
