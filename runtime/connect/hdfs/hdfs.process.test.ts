/** Jobs and streams on files of a real cluster. */

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testCluster } from "../../../kernelspec/testing/test-cluster.js";
import { inTime, PATIENT } from "../testing/in-time.js";
import { surviveHdfs } from "./testing/hdfs-kills.js";
import { WaitingProgram } from "./testing/waiting-program.js";
import { WebHdfs } from "./web-hdfs.js";

const { SparkContext, StreamingContext }: typeof import("../../index.js") = await import(
  "../../../dist/index.js" as string
);

const cluster = testCluster();
const hdfs = () => cluster.current.client;

/** A URL with the port of the NameNode itself: that of its web server is given to the context. */
const at = (path: string) => `${cluster.current.url}/tmp/${path}`;

/** Longer than a busy machine takes to start a NameNode again. */
const PATIENCE = "10 minutes";

let sc: InstanceType<typeof SparkContext>;
beforeAll(() => {
  sc = new SparkContext({ workers: 2, hdfs: { webPort: cluster.current.webPort, patience: PATIENCE } });
});
afterAll(() => sc.stop());

async function namesIn(path: string): Promise<string[]> {
  const listed = await hdfs().list(path);
  return listed.map((one) => one.path.slice(path.length + 1));
}

describe("RDDs", () => {
  test("are written as parts with a mark that all is there, and read again, by either scheme", async () => {
    await sc.parallelize(["one", "two", "three"], 2).saveAsTextFile(at("text"));
    expect(await namesIn("/tmp/text")).toEqual(["_SUCCESS", "part-00000", "part-00001"]);
    expect(await sc.textFile(at("text")).collect()).toEqual(["one", "two", "three"]);
    const { webUrl } = cluster.current;
    expect(await sc.textFile(`${webUrl}/tmp/te{xt,st}/part-*1`).collect()).toEqual(["two", "three"]);
    expect(await namesIn("/tmp")).toEqual(["text"]);
  });

  test("keep their records as JSON, CSV, whole texts, objects and compressed", async () => {
    const rows = [
      { city: "Köln", n: 1 },
      { city: "a,b", n: 2 },
    ];
    const rdd = sc.parallelize(rows, 1);
    await rdd.saveAsJsonLines(at("json"), "gzip");
    expect(await namesIn("/tmp/json")).toEqual(["_SUCCESS", "part-00000.gz"]);
    expect(await sc.jsonLines(at("json")).collect()).toEqual(rows);
    await rdd.saveAsCsv(at("csv"), { header: true });
    expect(await sc.csv(at("csv"), { header: true, types: { n: "number" } }).collect()).toEqual(rows);
    expect(await sc.wholeTextFiles(at("csv")).collect()).toEqual([
      [at("csv/part-00000"), 'city,n\nKöln,1\n"a,b",2\n'],
    ]);
    await rdd.saveAsObjectFile(at("objects"));
    expect(await sc.objectFile(at("objects")).collect()).toEqual(rows);
  });

  test("are checkpointed there", async () => {
    sc.setCheckpointDir(at("checkpoints"));
    const rdd = sc.parallelize([1, 2, 3], 2).map((x) => x * 2);
    rdd.checkpoint();
    expect(await rdd.collect()).toEqual([2, 4, 6]);
    expect(rdd.getCheckpointFile()).toMatch(/^hdfs:\/\/127\.0\.0\.1:\d+\/tmp\/checkpoints\//);
    expect(await rdd.map((x) => x + 1).collect()).toEqual([3, 5, 7]);
  });

  test("are not written over others", async () => {
    await sc.parallelize([1], 1).saveAsTextFile(at("once"));
    await expect(sc.parallelize([2], 1).saveAsTextFile(at("once"))).rejects.toMatchObject({
      code: "RT_OUTPUT_EXISTS",
      message: expect.stringContaining(`Output directory ${at("once")} already exists`),
    });
  });

  test("say what is missing, and who may not", async () => {
    expect(() => sc.textFile(at("none"))).toThrow(`Input path does not exist: ${at("none")}`);
    expect(() => sc.textFile("hdfs:///tmp/x")).toThrow(/does not say whose files are meant/);
    await hdfs().mkdirs("/closed");
    await hdfs().setPermission("/closed", "700");
    const bob = new SparkContext({
      workers: 1,
      hdfs: { webPort: cluster.current.webPort, user: "bob" },
    });
    try {
      expect(() => bob.textFile(`${cluster.current.url}/closed/*`)).toThrow(
        /permission is denied \(user=bob/,
      );
      await expect(
        bob.parallelize([1], 1).saveAsTextFile(`${cluster.current.url}/closed/y`),
      ).rejects.toMatchObject({ code: "RT_FILE", message: expect.stringContaining("permission is denied") });
    } finally {
      await bob.stop();
      new SparkContext({ workers: 1, hdfs: { webPort: cluster.current.webPort, patience: PATIENCE } });
    }
  });
});

describe("streams", () => {
  test("take the files that appear in a folder, and leave one folder for each batch", async () => {
    await hdfs().mkdirs("/tmp/in");
    await hdfs().create("/tmp/in/old", "before the start\n");
    const ssc = new StreamingContext(sc, 200);
    const lines = ssc.textFileStream(at("in"));
    lines.saveAsTextFiles(at("out/lines"));
    lines.map((text) => ({ text })).saveAsJsonFiles(at("out/lines"), "json");
    const seen: string[] = [];
    lines.foreachRDD(async (rdd) => {
      seen.push(...(await rdd.collect()));
    });
    await ssc.start();
    await ssc.awaitBatches(1);
    await hdfs().create("/tmp/hidden/a", "one\ntwo\n");
    await hdfs().rename("/tmp/hidden/a", "/tmp/in/a");
    while (seen.length < 2) await ssc.awaitBatches(1);
    await ssc.stop();
    expect(seen.filter((line) => !line.startsWith("before"))).toEqual(["one", "two"]);
    expect((await sc.textFile(at("out/lines-*[0-9]")).collect()).slice(-2)).toEqual(["one", "two"]);
    expect((await sc.jsonLines(at("out/lines-*.json")).collect()).at(-1)).toEqual({ text: "two" });
  });

  test("say that they wait for a folder that is not there, and go on when it is", async () => {
    const ssc = new StreamingContext(sc, 500);
    const seen: string[] = [];
    ssc.textFileStream(at("late")).foreachRDD(async (rdd) => {
      seen.push(...(await rdd.collect()));
    });
    await ssc.start();
    for (let status = await ssc.status(); !status?.inputs[0]?.reason.includes("there is no folder"); )
      [, status] = await Promise.all([ssc.awaitBatches(1), ssc.status()]);
    expect((await ssc.status())?.inputs[0]).toMatchObject({ state: "retrying" });
    // Whole from the start: a look between its two steps would take it as an empty file.
    await hdfs().create("/tmp/late/.a", "late\n");
    await hdfs().rename("/tmp/late/.a", "/tmp/late/a");
    while (seen.length === 0) await ssc.awaitBatches(1);
    await ssc.stop();
    expect(seen).toEqual(["late"]);
  });
});

describe("the checkpoint of streams", () => {
  const KILLS = 4;
  /** Of a machine that is slow and busy: a hang ends there, no work. */
  const SECONDS_PER_KILL = 180;

  test(
    `is there for the next process, though the program is killed ${KILLS} times: states and batches go on from it`,
    async () => {
      const { counts, expected } = await surviveHdfs(cluster.current, "/tmp/killed", KILLS);
      expect(counts).toEqual(expected);
    },
    SECONDS_PER_KILL * 1000 * (KILLS + 1),
  );

  test("waits for a NameNode that is away as long as its patience says, as jobs and starts do, and goes on where it was", async () => {
    const warnings: string[] = [];
    const warned = ({ message }: Error) => warnings.push(message);
    process.on("warning", warned);
    const { webPort } = cluster.current;
    const BATCHES = 12;
    const counts: number[] = [];
    const start = async (context: typeof sc, folder: string) => {
      const ssc = new StreamingContext(context, 500);
      ssc.checkpoint(at(folder));
      ssc
        .queueStream(Array.from({ length: BATCHES }, () => ["a"]))
        .map((word) => [word, 1] as [string, number])
        .updateStateByKey((ones: number[], count: number | undefined) => (count ?? 0) + ones.length)
        .foreachRDD(async (rdd) => {
          for (const [, count] of await rdd.collect()) if (folder === "patient") counts.push(count);
        });
      await ssc.start();
      await ssc.awaitBatches(2);
      return ssc;
    };
    await hdfs().create("/tmp/waiting/in", "one\ntwo\n");
    const program = new WaitingProgram([at("waiting"), String(webPort), PATIENCE]);
    const patient = await start(sc, "patient");
    const impatient = new SparkContext({ workers: 1, hdfs: { webPort, patience: "3 seconds" } });
    const job = impatient.textFile(at("waiting/in"));
    const ended = (await start(impatient, "impatient")).awaitTermination().then(() => "stopped", String);
    await program.says("listed");

    await cluster.current.killNameNode();
    const begin = () => {
      program.goOn();
      return { late: start(sc, "late"), given: start(impatient, "given").catch(String) };
    };
    const told = (what: RegExp) => expect.poll(() => warnings.join("\n"), PATIENT).toMatch(what);
    const [{ late, given }] = await inTime(begin, () =>
      Promise.all([
        program.warns(
          /cannot (look at|create) hdfs:.*\/waiting\/out.*nothing listens there.*; the job waits for it, up to 600 s \(hdfs: \{ patience \}\)/,
        ),
        told(/\/patient\/batches.*; the stream waits for it, up to 600 s \(hdfs: \{ patience \}\)/),
        told(/\/late.*; the stream waits for it/),
      ]),
    );
    expect(await ended).toMatch(/cannot write hdfs:.* could not be recovered: .*nothing listens there/);
    expect(await given).toMatch(
      /cannot (read the checkpoint folder|create|remove) hdfs:.*nothing listens there/,
    );
    await expect(job.count()).rejects.toMatchObject({
      code: "RT_HDFS",
      message: expect.stringMatching(/^cannot look at hdfs:.*\/waiting\/in: .*nothing listens there/),
    });

    cluster.current.startNameNode();
    await cluster.current.ready();
    while (counts.at(-1) !== BATCHES) await patient.awaitBatches(1);
    await patient.stop();
    await (await late).stop();
    await impatient.stop();
    expect(counts).toEqual(Array.from({ length: counts.length }, (_, i) => Math.min(i + 1, BATCHES)));
    await expect
      .poll(() => warnings.filter((text) => text === "what the stream waited for is back, and it goes on"))
      .toHaveLength(2);
    process.off("warning", warned);
    await program.says("2 lines");
    await program.warns(/what the job waited for is back, and it goes on\n/);
    expect(await sc.textFile(at("waiting/out")).collect()).toEqual(["ONE", "TWO"]);
    // The last options count for all contexts that are made later.
    await new SparkContext({ workers: 1, hdfs: { webPort, patience: PATIENCE } }).stop();
  });

  test("has nothing of what a queue was given, and the program is told so when it starts", async () => {
    const warnings: string[] = [];
    const warned = ({ message }: Error) => warnings.push(message);
    process.on("warning", warned);
    const ssc = new StreamingContext(sc, 500);
    ssc.checkpoint(at("queued"));
    const seen: string[] = [];
    ssc.queueStream([["a"]]).foreachRDD(async (rdd) => {
      seen.push(...(await rdd.collect()));
    });
    await ssc.start();
    while (seen.length === 0) await ssc.awaitBatches(1);
    await ssc.stop();
    process.off("warning", warned);
    expect(warnings.join("\n")).toMatch(
      /is not kept in hdfs:.*\/tmp\/queued: .* give `checkpoint` a folder of this machine/,
    );
    expect((await namesIn("/tmp/queued/batches")).length).toBeGreaterThan(0);
  });
});

describe("servers that stand still", () => {
  /** Files by the client, as tasks use it: done once more, they come out right whatever a server does late of the first time. */
  const FILES = [0, 1, 2, 3, 4, 5, 6, 7];
  const files = (folder: string) => FILES.map((i) => `/tmp/${folder}/own/${i}`);
  const patient = () => new WebHdfs(cluster.current.webUrl, {}, true);
  const write = (paths: string[]) => {
    const client = patient();
    return paths.map((path) => client.create(path, path, { overwrite: true }));
  };

  test.each([
    [
      "DataNodes",
      {
        pause: () => cluster.current.pauseDataNodes(0, 1),
        resume: () => cluster.current.resumeDataNodes(0, 1),
        jobs: ["cannot read hdfs:\\S+/in: ", "cannot write hdfs:\\S+/attempt-\\w+: "],
        why: "no DataNode does it, asked once: \\S+ was silent for 5 s when it was to (read|create)",
      },
    ],
    [
      "NameNode",
      {
        pause: () => cluster.current.pauseNameNode(),
        resume: () => cluster.current.resumeNameNode(),
        jobs: ["cannot look at hdfs:\\S+/out: ", "cannot look at hdfs:\\S+/made: "],
        why: "the NameNode's web server at \\S+ was silent for 7 s",
      },
    ],
  ])(
    "are told of within ten seconds, and jobs and streams go on where they were: %s",
    async (what, servers) => {
      const { pause, resume, jobs, why } = servers;
      const folder = `still-${what}`;
      const warnings: string[] = [];
      const warned = ({ message }: Error) => warnings.push(message);
      process.on("warning", warned);
      await hdfs().create(`/tmp/${folder}/in`, "one\ntwo\n");
      await hdfs().mkdirs(`/tmp/${folder}/files`);
      const program = new WaitingProgram([at(folder), String(cluster.current.webPort), PATIENCE]);
      const ssc = new StreamingContext(sc, 500);
      ssc.checkpoint(at(`${folder}/checkpoint`));
      const seen: string[] = [];
      const lines = ssc.textFileStream(at(`${folder}/files`));
      lines.saveAsTextFiles(at(`${folder}/saved/lines`));
      lines.foreachRDD(async (rdd) => {
        seen.push(...(await rdd.collect()));
      });
      const put = async (name: string) => {
        await hdfs().create(`/tmp/${folder}/.${name}`, `${name}\n`);
        await hdfs().rename(`/tmp/${folder}/.${name}`, `/tmp/${folder}/files/${name}`);
      };
      await ssc.start();
      await ssc.awaitBatches(1);
      await put("1");
      while (seen.length < 1) await ssc.awaitBatches(1);
      await program.says("listed");
      const open = patient().writer(`/tmp/${folder}/open`);
      await open.write(Buffer.alloc(4 << 20));
      await put("2");

      const begin = () => {
        pause();
        program.goOn();
        return [open.close(), ...write(files(folder))];
      };
      try {
        const [, [outcomes]] = await inTime(begin, (own) =>
          Promise.all([
            Promise.allSettled(own),
            ...jobs.map((job) =>
              program.warns(new RegExp(`${job}${why}.*; the job waits for it, up to 600 s`)),
            ),
            expect
              .poll(() => warnings.join("\n"), PATIENT)
              .toMatch(new RegExp(`${why}.*; the stream waits for it, up to 600 s`)),
          ]),
        );
        for (const outcome of outcomes)
          expect(outcome).toMatchObject({
            reason: {
              code: "RT_HDFS",
              message: expect.stringMatching(new RegExp(`^cannot (write|create) webhdfs:\\S+: ${why}`)),
            },
          });
      } finally {
        resume();
      }
      for (const _ of ["while it does what was asked of it before", "and when it has done it"]) {
        await Promise.all(write(files(folder)));
        for (const path of files(folder))
          expect(await sc.textFile(at(path.slice("/tmp/".length))).collect()).toEqual([path]);
      }
      await put("3");
      while (seen.length < 3) await ssc.awaitBatches(1);
      await ssc.stop();
      process.off("warning", warned);
      expect(seen).toEqual(["1", "2", "3"]);
      expect(await sc.textFile(at(`${folder}/saved/lines-*`)).collect()).toEqual(seen);
      expect(warnings.at(-1)).toBe("what the stream waited for is back, and it goes on");
      await program.says("2 lines");
      expect(await sc.textFile(at(`${folder}/{made,out}`)).collect()).toEqual(["made", "ONE", "TWO"]);
    },
  );
});

describe("200 MB", () => {
  const LINES = 2_500_000;
  const LINE = "0123456789abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwx";
  const lines = () => sc.range(0, LINES, 1, 4).map((i) => `${String(i).padStart(9, "0")}${LINE}`);

  test("that are written and read in splits are what was written, though a DataNode is killed", async () => {
    const written = lines().saveAsTextFile(at("big"));
    while ((await namesIn("/tmp").catch(() => [])).every((name) => !name.startsWith(".big")));
    await cluster.current.killDataNode(0);
    await written;
    const sizes = (await hdfs().list("/tmp/big")).map(({ size }) => size);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(LINES * 80);
    const read = sc.textFile(at("big"), 7);
    expect(read.getNumPartitions()).toBeGreaterThanOrEqual(7);
    const wrong = read.zipWithIndex().filter(([line, i]) => line !== `${String(i).padStart(9, "0")}${LINE}`);
    expect(await wrong.count()).toBe(0);
    expect(await read.count()).toBe(LINES);
  });
});
