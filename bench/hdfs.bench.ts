import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { request } from "node:http";
import { setTimeout } from "node:timers/promises";
import { HdfsCluster } from "../kernelspec/dev/hdfs-cluster.js";
import type { Benchmark } from "./benchmark.js";
import { inTurn, type Measured } from "./measure.js";
import { SparkContext } from "./rdd/runtime.js";

const BLOCK = `${"0123456789abcdef".repeat(4096).slice(1)}\n`;
const BLOCKS = 3200;
const BYTES = BLOCK.length * BLOCKS;
/** Files that are written at a time, and ranges that are read at a time. */
const WRITERS = 2;
const READERS = 4;

/** Files of HDFS by RDDs, beside the same bytes by nothing but node:http. */
const hdfs: Benchmark = {
  name: "hdfs",
  summary: `${Math.round(BYTES / 1e6)} MB of a Hadoop file system on this machine (a NameNode, two DataNodes, each block on both): written as ${WRITERS} files, and one file read, a range by each task; beside it, the same by node:http alone, in ${READERS} ranges, whose bytes nobody looks at; each write begins when what was removed before is gone and the disk is idle`,
  async run() {
    const cluster = await HdfsCluster.start({ say: console.error });
    const sc = new SparkContext({ hdfs: { webPort: cluster.webPort } });
    try {
      const web = `http://127.0.0.1:${cluster.webPort}/webhdfs/v1`;
      const url = `${cluster.url}/tmp`;
      const remove = async () => {
        for (const path of ["/tmp/bare", "/tmp/rdd"]) await cluster.client.remove(path);
        await settled(cluster.webPort);
      };
      const blocks = sc.range(0, BLOCKS, 1, WRITERS).map(() => BLOCK.slice(0, -1));
      const written = await inTurn(
        [
          { name: "bare", run: () => bareWrite(web), after: remove },
          { name: "rdd", run: () => blocks.saveAsTextFile(`${url}/rdd`).then(() => BYTES), after: remove },
        ],
        RUNS,
        1,
      );
      await bareWriteFile(web, "/tmp/one", BLOCKS);
      const read = await inTurn(
        [
          { name: "bare", run: () => bareRead(web) },
          { name: "rdd", run: () => readByRdd(sc, `${url}/one`) },
        ],
        RUNS,
        1,
      );
      return { rows: [...rows("written", written), ...rows("read", read)], data: { written, read } };
    } finally {
      await sc.stop();
      await cluster.stop();
    }
  },
};

export default hdfs;

/** The cluster decides some of them, by which DataNode it has take the bytes: runs of the same differ by half. */
const RUNS = 11;

/** Resolves when the blocks of removed files are gone and what was written is on the disk: no run pays for the one before. */
async function settled(webPort: number): Promise<void> {
  const url = `http://127.0.0.1:${webPort}/jmx?qry=Hadoop:service=NameNode,name=FSNamesystem`;
  for (let pending = 1; pending > 0; ) {
    await setTimeout(200);
    const { beans } = (await (await fetch(url)).json()) as { beans: { PendingDeletionBlocks: number }[] };
    pending = beans[0]?.PendingDeletionBlocks ?? 0;
  }
  spawnSync("sync");
}

async function readByRdd(sc: InstanceType<typeof SparkContext>, url: string): Promise<number> {
  const lengths = sc.binaryRecords(url, BLOCK.length).map((block) => block.length);
  return lengths.sum();
}

function rows(what: string, [bare, rdd]: readonly Measured[]) {
  if (bare === undefined || rdd === undefined) throw new Error("both are measured");
  const row = (name: string, { perSecond }: Measured, ratio: string) => ({
    what: `${what}, ${name}`,
    value: `${Math.round(perSecond / 1e6)} MB/s`,
    ratio,
  });
  return [
    row("node:http", bare, ""),
    row("RDD", rdd, `${(rdd.perSecond / bare.perSecond).toFixed(2)} × node:http (goal ≥ 0.8)`),
  ];
}

async function bareWrite(web: string): Promise<number> {
  const share = BLOCKS / WRITERS;
  await Promise.all(Array.from({ length: WRITERS }, (_, i) => bareWriteFile(web, `/tmp/bare/${i}`, share)));
  return BYTES;
}

async function bareWriteFile(web: string, path: string, blocks: number): Promise<void> {
  const put = request(await redirect(`${web}${path}?op=CREATE&overwrite=true&user.name=${USER}`, "PUT"), {
    method: "PUT",
  });
  const answered = once(put, "response");
  const bytes = Buffer.from(BLOCK);
  for (let i = 0; i < blocks; i++) if (!put.write(bytes)) await once(put, "drain");
  put.end();
  const [response] = await answered;
  response.resume();
  if (response.statusCode !== 201) throw new Error(`HTTP status ${response.statusCode}`);
}

async function bareRead(web: string): Promise<number> {
  const share = BYTES / READERS;
  const lengths = Array.from({ length: READERS }, async (_, i) => {
    const url = `${web}/tmp/one?op=OPEN&offset=${i * share}&length=${share}&user.name=${USER}`;
    const get = request(await redirect(url, "GET")).end();
    const [response] = await once(get, "response");
    let got = 0;
    for await (const chunk of response) got += chunk.length;
    return got;
  });
  return (await Promise.all(lengths)).reduce((sum, length) => sum + length, 0);
}

async function redirect(url: string, method: string): Promise<string> {
  const response = await fetch(url, { method, redirect: "manual" });
  const location = response.headers.get("location");
  if (location === null) throw new Error(`${url} answers with status ${response.status}`);
  return location;
}

const USER = process.env.HADOOP_USER_NAME ?? process.env.USER ?? "root";
