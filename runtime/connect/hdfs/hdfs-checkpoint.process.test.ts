/** A stream whose checkpoint is in a real cluster: what a killed program has counted is there for the next one. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { testCluster } from "../../../kernelspec/testing/test-cluster.js";

const { SparkContext, StreamingContext }: typeof import("../../index.js") = await import(
  "../../../dist/index.js" as string
);

const PROGRAM = fileURLToPath(new URL("./testing/checkpointed-program.mjs", import.meta.url));
const KILLS = 4;
const FILES_PER_KILL = 5;
/** It is killed at a moment between these, after it has begun to write batches. */
const LIFE_MS = [100, 1500] as const;

const cluster = testCluster();
const hdfs = () => cluster.current.client;

test(`a program that is killed ${KILLS} times goes on with its states and batches from a checkpoint in HDFS`, async () => {
  const root = `${cluster.current.url}/tmp`;
  await hdfs().mkdirs("/tmp/in");
  let files = 0;
  const put = async () => {
    const lines = ["all", files % 2 === 0 ? "even" : "odd", ""].join("\n");
    await hdfs().create(`/tmp/in/.${files}`, lines);
    await hdfs().rename(`/tmp/in/.${files}`, `/tmp/in/${files}`);
    files += 1;
  };
  for (let killed = 0; killed < KILLS; killed++) {
    const running = start(root);
    try {
      const before = (await batches()).length;
      while ((await batches()).length <= before) await put();
      for (let file = 0; file < FILES_PER_KILL; file++) await put();
      await sleep(LIFE_MS[0] + ((LIFE_MS[1] - LIFE_MS[0]) * killed) / (KILLS - 1));
    } finally {
      await kill(running);
    }
  }
  const running = start(root);
  try {
    const expected = [`all ${files}`, `even ${Math.ceil(files / 2)}`, `odd ${Math.floor(files / 2)}`];
    await expect.poll(counts, { timeout: 60_000, interval: 200 }).toEqual(expected);
  } finally {
    await kill(running);
  }
}, 240_000);

test("what a queue is given is not kept there, and the program is told so when it starts", async () => {
  const sc = new SparkContext({ workers: 1, hdfs: { webPort: cluster.current.webPort } });
  const warnings: string[] = [];
  const warned = ({ message }: Error) => warnings.push(message);
  process.on("warning", warned);
  const ssc = new StreamingContext(sc, 500);
  ssc.checkpoint(`${cluster.current.url}/tmp/queued`);
  const seen: string[] = [];
  ssc.queueStream([["a"]]).foreachRDD(async (rdd) => {
    seen.push(...(await rdd.collect()));
  });
  await ssc.start();
  while (seen.length === 0) await ssc.awaitBatches(1);
  await ssc.stop(true);
  process.off("warning", warned);
  expect(warnings.join("\n")).toMatch(
    /is not kept in hdfs:.*\/tmp\/queued: .* give `checkpoint` a folder of this machine/,
  );
  expect((await hdfs().list("/tmp/queued/batches")).length).toBeGreaterThan(0);
});

function start(root: string): ChildProcess {
  return spawn(process.execPath, [PROGRAM, root, String(cluster.current.webPort)], {
    stdio: ["ignore", "inherit", "inherit"],
  });
}

/** Ends it as a loss of power would. */
async function kill(program: ChildProcess): Promise<void> {
  if (program.exitCode !== null)
    throw new Error(`the program ended by itself, with status ${program.exitCode}`);
  const ended = once(program, "exit");
  program.kill("SIGKILL");
  await ended;
}

/** Folders of the batches that were written, in their order. */
async function batches(): Promise<string[]> {
  if ((await hdfs().status("/tmp/out")) === undefined) return [];
  const folders = await hdfs().list("/tmp/out");
  return folders.map(({ path }) => path).filter((path) => /\/counts-\d+$/.test(path));
}

/** The lines of the last batch. */
async function counts(): Promise<string[]> {
  const last = (await batches()).at(-1);
  const parts = (await hdfs().list(last ?? "/tmp/out")).filter(({ path }) => path.includes("/part-"));
  const lines: string[] = [];
  for (const { path } of parts) {
    let text = "";
    for await (const bytes of hdfs().read(path)) text += Buffer.from(bytes).toString("latin1");
    lines.push(...text.split("\n").filter((line) => line !== ""));
  }
  return lines.sort();
}
