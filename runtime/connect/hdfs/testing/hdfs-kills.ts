/** A program between the files, the states and the checkpoint of a cluster is killed again and again: see killed-program.mjs. */

import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { HdfsCluster } from "../../../../kernelspec/dev/hdfs-cluster.js";
import { kill, untilWritten } from "../../testing/killed-programs.js";
import { Missing } from "../remote-fault.js";
import type { WebHdfs } from "../web-hdfs.js";

const PROGRAM = fileURLToPath(new URL("./killed-program.mjs", import.meta.url));

const FILES_PER_KILL = 5;

/** It is killed at moments between these, after it has written a batch. */
const MIN_LIFE_MS = 100;
const MAX_LIFE_MS = 1500;

/**
 * Has the program count the words of files, kills it by SIGKILL while files come, and lets it end its work.
 * @param folder path in the cluster, which is not there yet
 * @returns the counts that it wrote last, and what they are to be
 */
export async function surviveHdfs(cluster: HdfsCluster, folder: string, kills: number) {
  const hdfs = cluster.client;
  const start = () =>
    spawn(process.execPath, [PROGRAM, `${cluster.url}${folder}`, String(cluster.webPort)], {
      stdio: ["ignore", "inherit", "inherit"],
    });
  let files = 0;
  const put = async () => {
    await hdfs.create(`${folder}/in/.${files}`, `all\n${files % 2 === 0 ? "even" : "odd"}\n`);
    await hdfs.rename(`${folder}/in/.${files}`, `${folder}/in/${files}`);
    files += 1;
  };
  await hdfs.mkdirs(`${folder}/in`);
  for (let killed = 0; killed < kills; killed++) {
    const running = start();
    try {
      // What is there before the first start is not read.
      const before = (await batches(hdfs, folder)).length;
      await untilWritten(async () => (await batches(hdfs, folder)).length, before + 1);
      for (let file = 0; file < FILES_PER_KILL; file++) await put();
      await sleep(MIN_LIFE_MS + ((MAX_LIFE_MS - MIN_LIFE_MS) * killed) / kills);
    } finally {
      await kill(running);
    }
  }
  const expected = [`all ${files}`, `even ${Math.ceil(files / 2)}`, `odd ${Math.floor(files / 2)}`];
  const running = start();
  let counts: string[] = [];
  try {
    await untilWritten(async () => {
      counts = await lastCounts(hdfs, folder).catch(noneWhileReplaced);
      const isAll = Number(counts[0]?.split(" ")[1]) >= files;
      // The batches that fell due while it was not there come first.
      return isAll ? Number.POSITIVE_INFINITY : (await batches(hdfs, folder)).length;
    }, Number.POSITIVE_INFINITY);
  } finally {
    await kill(running);
  }
  return { counts, expected };
}

/** Folders of the batches that were written, in their order. */
async function batches(hdfs: WebHdfs, folder: string): Promise<string[]> {
  if ((await hdfs.status(`${folder}/out`)) === undefined) return [];
  const written = await hdfs.list(`${folder}/out`);
  return written.map(({ path }) => path).filter((path) => /\/counts-\d+$/.test(path));
}

async function lastCounts(hdfs: WebHdfs, folder: string): Promise<string[]> {
  const last = (await batches(hdfs, folder)).at(-1);
  const parts = last === undefined ? [] : await hdfs.list(last);
  let text = "";
  for (const { path } of parts)
    for await (const bytes of hdfs.read(path)) text += Buffer.from(bytes).toString();
  return text
    .split("\n")
    .filter((line) => line !== "")
    .sort();
}

/** A batch that is run again takes the place of what it had written. */
function noneWhileReplaced(error: unknown): string[] {
  if (error instanceof Missing) return [];
  throw error;
}
