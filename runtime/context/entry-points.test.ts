import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { AccumulatorV2 } from "./accumulator-v2.js";
import { DStream } from "./dstream.js";
import { KafkaUtils, PreferConsistent, Subscribe } from "./kafka-utils.js";
import { HashPartitioner } from "./partitioner.js";
import { RDD } from "./rdd.js";
import { SparkContext } from "./spark-context.js";
import { StateSpec } from "./state-spec.js";
import { StreamingContext } from "./streaming-context.js";

/** What a program without types may give anywhere. */
const STRANGE = {
  null: null,
  undefined: undefined,
  "the number 5": 5,
  "a negative number": -1,
  "a fraction": 1.5,
  NaN: Number.NaN,
  infinity: Number.POSITIVE_INFINITY,
  "an empty text": "",
  "a text": "strange",
  true: true,
  "an empty object": {},
  "an object without a prototype": Object.create(null) as object,
  "an empty list": [],
  "a list": [1],
  "a function": () => undefined,
  "a symbol": Symbol("strange"),
  "a bigint": 10n,
} as const;

type Strange = keyof typeof STRANGE;

/** Of each kind of argument, which of these it may be. What is right for other reasons, or wrong for later, is not asked here. */
const FITTING = {
  anything: Object.keys(STRANGE) as Strange[],
  function: ["a function"],
  rows: ["an empty list", "a list", "an empty text", "a text"],
  list: ["an empty list"],
  path: ["a text"],
  text: ["a text", "an empty text"],
  name: ["a text"],
  flag: ["true"],
  options: ["an empty object", "an object without a prototype"],
  order: ["an empty object", "an object without a prototype", "true", "undefined"],
  fraction: ["the number 5", "a fraction"],
  accuracy: ["the number 5", "a fraction", "infinity"],
  buckets: ["the number 5"],
  weights: ["a list"],
  level: ["undefined"],
  folder: ["a text", "an empty text"],
  form: ["a function"],
  "list or rows": ["an empty list", "a list"],
  "flag or rdd": ["true"],
  "options or function": ["an empty object", "an object without a prototype", "a function"],
  "duration or function": ["the number 5", "a function"],
  "no ranges": ["an empty list"],
  "fraction of one": [],
  "rdd or none": ["null"],
  "a list of RDDs": ["an empty list"],
  "one of several": ["undefined", "the number 5"],
  partitions: ["the number 5"],
  count: ["the number 5"],
  rowCount: ["the number 5", "a negative number"],
  whole: ["the number 5", "a negative number"],
  number: ["the number 5", "a negative number", "a fraction"],
  positive: ["the number 5", "a fraction", "infinity"],
  timeout: ["the number 5", "a fraction", "infinity"],
  duration: ["the number 5"],
  time: ["the number 5", "a negative number"],
  confidence: [],
  rdd: [],
  stream: [],
  other: [],
} as const satisfies Record<string, readonly Strange[]>;

type Kind = keyof typeof FITTING;
type Argument = readonly [kind: Kind | `${Kind}?`, good: unknown];
type Point = readonly [method: string, ...arguments: Argument[]];

const folder = mkdtempSync(join(tmpdir(), "millrace-entry-"));
const file = join(folder, "lines.txt");
writeFileSync(file, "1\n2\n");
const sc = new SparkContext({ workers: 1, threads: false });
const pairs = sc.parallelize<[string, number]>([["a", 1]]);
const numbers = sc.parallelize([1, 2]);
const ssc = new StreamingContext(sc, 1000, { clock: "manual" });
const stream = ssc.queueStream<[string, number]>([]);
afterAll(async () => {
  await sc.stop();
  rmSync(folder, { recursive: true });
});

class Sum extends AccumulatorV2<number, number> {
  sum = 0;
  get isZero() {
    return this.sum === 0;
  }
  get value() {
    return this.sum;
  }
  copy() {
    const copy = new Sum();
    copy.sum = this.sum;
    return copy;
  }
  reset() {
    this.sum = 0;
  }
  add(n: number) {
    this.sum += n;
  }
  merge(other: Sum) {
    this.sum += other.sum;
  }
}

const f = (a: unknown) => a;
const fn = ["function", f] as const;
const path = ["path", file] as const;
const partitions = ["partitions?", 2] as const;
const options = ["options?", {}] as const;
const duration = ["duration", 2000] as const;
const slide = ["duration?", 2000] as const;
const rdd = ["rdd", pairs] as const;
const other = ["stream", stream] as const;
const flag = ["flag?", true] as const;
const seed = ["number?", 1] as const;
const name = ["name", "a"] as const;
const timeout = ["timeout", 1000] as const;
const confidence = ["confidence?", 0.9] as const;

const SPARK_CONTEXT: Point[] = [
  ["parallelize", ["rows", [1]], partitions],
  ["makeRDD", ["rows", [1]], partitions],
  ["range", ["whole", 0], ["whole?", 3], ["whole?", 1], partitions],
  ["textFile", path, partitions],
  ["wholeTextFiles", path, partitions],
  ["binaryFiles", path, partitions],
  ["binaryRecords", path, ["count", 1]],
  ["objectFile", path],
  ["jsonLines", path, options],
  ["csv", path, options],
  ["textBytes", ["other", new Uint8Array([65])], partitions],
  ["union", ["a list of RDDs", [pairs]]],
  ["union", ["a list of RDDs", pairs], ["rdd", pairs]],
  ["broadcast", ["anything", 1]],
  ["longAccumulator", ["text?", "a"]],
  ["doubleAccumulator", ["text?", "a"]],
  ["collectionAccumulator", ["text?", "a"]],
  ["register", ["other", new Sum()], ["text?", "a"]],
  ["runJob", rdd, fn, ["list?", [0]], ["function?", f]],
  ["submitJob", rdd, fn, ["list", [0]], fn, fn],
  ["setJobGroup", ["text", "g"], ["text?", "d"]],
  ["setJobDescription", ["text?", "d"]],
  ["cancelJobGroup", ["text", "g"]],
  ["cancelJob", ["whole", 1]],
  ["addJobTag", name],
  ["removeJobTag", name],
  ["cancelJobsWithTag", ["text", "a"]],
  ["setCheckpointDir", ["path", join(folder, "cp")]],
];

const RDDS: Point[] = [
  ["setName", ["text", "a"]],
  ["persist", ["level", undefined]],
  ["map", fn],
  ["mapAsync", fn, options],
  ["flatMap", fn],
  ["filter", fn],
  ["pipe", ["name", "cat"], options, ["function?", f], ["function?", f], flag],
  ["keyBy", fn],
  ["mapPartitions", fn, flag],
  ["mapPartitionsWithIndex", fn, flag],
  ["distinct", partitions],
  ["groupBy", fn, partitions],
  ["union", rdd, rdd],
  ["subtract", rdd, partitions],
  ["intersection", rdd, partitions],
  ["sortBy", fn, ["order", true], partitions],
  ["zip", rdd],
  ["zipPartitions", rdd, fn, flag],
  ["zipPartitions", rdd, rdd, fn, flag],
  ["cartesian", rdd],
  ["sample", ["flag", true], ["fraction", 0.5], seed],
  ["randomSplit", ["weights", [1, 2]], seed],
  ["repartition", ["partitions", 2]],
  ["coalesce", ["partitions", 2], flag],
  ["mapValues", fn],
  ["flatMapValues", fn],
  ["reduceByKey", fn, partitions],
  ["groupByKey", partitions],
  ["combineByKey", fn, fn, fn, partitions, flag],
  ["aggregateByKey", ["anything", 0], fn, fn, partitions],
  ["foldByKey", ["anything", 0], fn, partitions],
  ["sampleByKey", ["flag", true], ["options", { a: 0.5 }], seed],
  ["sampleByKeyExact", ["flag", true], ["options", { a: 0.5 }], seed],
  ["partitionBy", ["partitions", 2]],
  ["cogroup", rdd, partitions],
  ["cogroup", rdd, ["one of several", pairs], partitions],
  ["groupWith", rdd, rdd],
  ["join", rdd, partitions],
  ["leftOuterJoin", rdd, partitions],
  ["rightOuterJoin", rdd, partitions],
  ["fullOuterJoin", rdd, partitions],
  ["subtractByKey", rdd, partitions],
  ["countByKeyApprox", timeout, confidence],
  ["countApproxDistinctByKey", ["accuracy?", 0.1], partitions],
  ["reduceByKeyLocally", fn],
  ["lookup", ["anything", "a"]],
  ["filterByRange", ["anything", "a"], ["anything", "b"]],
  ["repartitionAndSortWithinPartitions", ["partitions", 2]],
  ["sortByKey", flag, partitions],
  ["collect", ["options or function?", { limit: 1 }]],
  ["take", ["rowCount", 1]],
  ["top", ["rowCount", 1], ["function?", f]],
  ["takeSample", ["flag", true], ["count", 1], seed],
  ["takeOrdered", ["rowCount", 1], ["function?", f]],
  ["reduce", fn],
  ["fold", ["anything", 0], fn],
  ["aggregate", ["anything", 0], fn, fn],
  ["treeReduce", fn, ["count?", 2]],
  ["treeAggregate", ["anything", 0], fn, fn, ["count?", 2], flag],
  ["countApprox", timeout, confidence],
  ["countByValueApprox", timeout, confidence],
  ["countApproxDistinct", ["accuracy?", 0.1]],
  ["max", ["function?", f]],
  ["min", ["function?", f]],
  ["foreach", fn],
  ["foreachPartition", fn],
  ["saveAsTextFile", ["path", join(folder, "out")], ["other?", undefined]],
  ["saveAsJsonLines", ["path", join(folder, "out")], ["other?", undefined]],
  ["saveAsObjectFile", ["path", join(folder, "out")]],
  ["saveAsCsv", ["path", join(folder, "out")], options],
  ["takeAsync", ["rowCount", 1]],
  ["foreachAsync", fn],
  ["foreachPartitionAsync", fn],
];

const NUMBERS: Point[] = [
  ["sumApprox", timeout, confidence],
  ["meanApprox", timeout, confidence],
  ["histogram", ["buckets", 2]],
];

const CONTEXTS: Point[] = [
  ["socketTextStream", name, ["count", 9999], ["options?", {}]],
  ["socketStream", name, ["count", 9999], fn],
  ["rawSocketStream", name, ["count", 9999]],
  ["receiverStream", ["other", undefined]],
  ["textFileStream", path],
  ["fileStream", path, ["function?", f], flag, ["other?", "text"]],
  ["binaryRecordsStream", path, ["count", 1]],
  ["rateStream", ["positive", 1]],
  ["generatorStream", ["positive", 1], fn, seed],
  ["replay", ["rows", []], ["other", { timeField: "t" }]],
  ["sseStream", ["other", "http://localhost/"], options],
  ["webSocketStream", ["other", "ws://localhost/"], options],
  ["httpPollStream", ["other", "http://localhost/"], options],
  ["queueStream", ["list or rows", []], flag, ["rdd or none?", pairs]],
  ["kafkaDirectStream", ["other", undefined]],
  ["fromSource", ["other", undefined]],
  ["union", ["other", [stream]]],
  ["transform", ["other", [stream]], fn],
  ["remember", duration],
  ["checkpoint", ["path", join(folder, "ck")]],
  ["addStreamingListener", ["options", {}]],
  ["removeStreamingListener", ["options", {}]],
  ["awaitTerminationOrTimeout", timeout],
  ["awaitBatches", ["count?", 0]],
  ["advance", duration],
  ["advanceTo", ["time", 1000]],
  ["useClock", ["level", "manual"]],
  ["removeOutputs", ["list", []]],
  ["replaceOutputs", ["list", []]],
  ["stopOutput", ["other", "x"]],
  ["startOutput", ["other", "x"]],
  ["explainNothing", ["other", stream]],
  ["batches", ["rowCount?", 1]],
  ["state", ["stream", stream], ["options?", undefined]],
  ["latest", ["stream", stream], ["options", { kind: "count" }]],
  ["peek", ["stream", stream], ["rowCount", 1]],
  ["stop", flag, flag],
];

const STREAMS: Point[] = [
  ["setName", ["text", "a"]],
  ["persist", ["level", undefined]],
  ["checkpoint", ["duration", 1000]],
  ["map", fn],
  ["flatMap", fn],
  ["filter", fn],
  ["mapAsync", fn, options],
  ["mapPartitions", fn],
  ["reduce", fn],
  ["countByValue", partitions],
  ["repartition", ["partitions", 2]],
  ["union", other],
  ["transform", fn],
  ["transformWith", other, fn],
  ["window", duration, slide],
  ["reduceByWindow", fn, ["duration or function", 2000], slide],
  ["reduceByWindow", fn, fn, duration, slide],
  ["countByWindow", duration, slide],
  ["rolling", ["duration", 2000]],
  ["countByValueAndWindow", duration, slide, partitions],
  ["mapValues", fn],
  ["reduceByKey", fn, partitions],
  ["groupByKey", partitions],
  ["combineByKey", fn, fn, fn, partitions, flag],
  ["flatMapValues", fn],
  ["cogroup", other, partitions],
  ["join", other, partitions],
  ["leftOuterJoin", other, partitions],
  ["rightOuterJoin", other, partitions],
  ["fullOuterJoin", other, partitions],
  ["reduceByKeyAndWindow", fn, duration, slide, partitions],
  ["reduceByKeyAndWindow", fn, fn, duration, slide, partitions, ["function?", f]],
  ["groupByKeyAndWindow", duration, slide, partitions],
  ["rollingByKey", ["duration", 2000], partitions],
  ["updateStateByKey", fn, partitions, ["flag or rdd?", pairs]],
  ["updateStateByKey", fn, partitions, flag, ["rdd?", pairs]],
  ["mapWithState", ["other", StateSpec.function(f)]],
  ["print", ["rowCount?", 1], options],
  ["foreachRDD", fn, options],
  ["saveAsTextFiles", ["folder", "a"], ["text?", ""], options],
  ["saveAsObjectFiles", ["folder", "a"], ["text?", ""], options],
  ["saveAsJsonFiles", ["folder", "a"], ["text?", ""], options],
  ["saveAsCsvFiles", ["folder", "a"], ["text?", ""], options],
  ["saveToHttp", ["other", undefined]],
  ["saveToSqlite", ["other", undefined]],
  ["writeTo", ["other", undefined], options],
  ["saveToKafka", ["other", undefined]],
  ["slice", ["time", 0], ["time", 1]],
  ["compute", ["time", 0]],
];

const ROLLING: Point[] = [
  ["quantile", ["other", 0.5]],
  ["lag", ["one of several", 1]],
  ["diff", ["one of several", 1]],
  ["ema", ["fraction of one?", 0.5]],
  ["agg", ["options", { a: "mean" }]],
];

const STATE_SPECS: Point[] = [
  ["initialState", rdd],
  ["numPartitions", ["partitions", 2]],
  ["partitioner", ["other", new HashPartitioner(2)]],
  ["timeout", duration],
];

const CONTEXT_CLASS: Point[] = [
  ["getOrCreate", path, ["function", () => ssc], options],
  ["getActiveOrCreate", ["path", "a"], ["function", () => ssc], options],
];

const KAFKA_UTILS: Point[] = [
  ["createDirectStream", ["other", ssc], ["anything", PreferConsistent], ["other", Subscribe(["a"], {})]],
  ["createRDD", ["other", sc], ["options", { "bootstrap.servers": "localhost" }], ["no ranges", []]],
];

/** Methods that are the library's own, or take nothing, or anything. */
const NOTHING_TO_REFUSE = new Set(
  `
    addOutput adoptNames awaitTermination byKey cache cancelAllJobs capture checkNotStarted checkOpen
    checkTransactionalId checkpoint checkpointNames checkpointed clearJobGroup clearJobTags collectAsMap
    collectAsync collectPartition count countAsync countByKey countByValue derive deriveMapWithState
    eachPartition emptyRDD end fail first flushAdded foldPartitions follow forgetAdded getCheckpointDir
    getCheckpointFile getJobTags getNumPartitions getState getStorageLevel glom held hold inPlace
    isCheckpointed isEmpty keys lastLook lastState lent localCheckpoint mean mergePartitions moveOutput narrow nextOutputTo outputs
    outputsReplaced ownPartitions parallelism partials patience perPartition popStdev popVariance rdd
    recoverFrom rolled run runBody runTransform sampleStdev sampleVariance self sideBySide slice start stats
    status stdev stop stored streamOf sum toDebugString toLocalIterator toString transformBy transformOf
    unpersist values variance wide zipWithIndex zipWithUniqueId
  `.split(/\s+/),
);

/** Whose methods they are, and what is one of its class. */
const FACADES: { name: string; on: object; points: readonly Point[] }[] = [
  { name: "SparkContext", on: sc, points: SPARK_CONTEXT },
  { name: "RDD", on: pairs, points: RDDS },
  { name: "RDD of numbers", on: numbers, points: NUMBERS },
  { name: "StreamingContext", on: ssc, points: CONTEXTS },
  { name: "DStream", on: stream, points: STREAMS },
  { name: "Rolling", on: stream.rolling(2), points: ROLLING },
  { name: "StateSpec", on: StateSpec.function(f), points: STATE_SPECS },
  { name: "class StateSpec", on: StateSpec, points: [["function", fn]] },
  { name: "class StreamingContext", on: StreamingContext, points: CONTEXT_CLASS },
  { name: "KafkaUtils", on: KafkaUtils, points: KAFKA_UTILS },
];

describe.each(FACADES)("$name refuses what it cannot take", ({ on, points }) => {
  test.each(points.map(([method, ...args]) => ({ method, args })))("$method", async ({ method, args }) => {
    for (const [place, [kind]] of args.entries())
      for (const strange of misfitsOf(kind)) {
        const given = args.map(([, good], i) => (i === place ? STRANGE[strange] : good));
        const call = async () => (on as Record<string, (...all: unknown[]) => unknown>)[method]?.(...given);
        await expect(call(), `argument ${place + 1} is ${strange}`).rejects.toMatchObject({
          name: "StreamError",
          code: expect.stringMatching(/^RT_/),
        });
      }
  });
});

function misfitsOf(kind: Argument[0]): Strange[] {
  const fitting: readonly Strange[] = FITTING[kind.replace("?", "") as Kind];
  const isOptional = kind.endsWith("?");
  return (Object.keys(STRANGE) as Strange[]).filter(
    (strange) => !fitting.includes(strange) && !(isOptional && strange === "undefined"),
  );
}

test.each([
  { of: SparkContext.prototype, points: SPARK_CONTEXT },
  { of: RDD.prototype, points: [...RDDS, ...NUMBERS] },
  { of: StreamingContext.prototype, points: CONTEXTS },
  { of: DStream.prototype, points: STREAMS },
])("each method of $of.constructor.name that takes something is asked above", ({ of, points }) => {
  const asked = new Set([...NOTHING_TO_REFUSE, ...points.map(([method]) => method)]);
  expect(methodsOf(of).filter((name) => !asked.has(name))).toEqual([]);
});

test.each<[string, () => unknown, string]>([
  [
    "a path",
    () => sc.textFile(5 as never),
    '`path` of `textFile` is a path as text, such as "data/words.txt", not 5',
  ],
  ["a function", () => pairs.reduceByKey("+" as never), "`f` of `reduceByKey` is a function, not '+'"],
  [
    "a window of a form without inverse",
    () => stream.reduceByKeyAndWindow((a) => a, null as never),
    '`window` of `reduceByKeyAndWindow` is a duration: milliseconds, or a text such as "10 seconds", not null',
  ],
  [
    "a field of options",
    () => sc.csv(file, { header: "yes" as never }),
    "`options.header` of `csv` is true or false, not 'yes'",
  ],
  [
    "an option of one of some words",
    () => new StreamingContext(sc, 1000, { onFailure: "ignore" as never }),
    '`options.onFailure` of `new StreamingContext` is one of "stop", "skip", not \'ignore\'',
  ],
  [
    "a configuration",
    () => new SparkContext(4 as never),
    "`conf` of `new SparkContext` is an object of options, such as { name: value }, not 4",
  ],
  [
    "a context",
    () => new StreamingContext("checkpoint" as never, 1000),
    "with a checkpoint one goes on by StreamingContext.getOrCreate(folder, create), not 'checkpoint'",
  ],
  [
    "a duration",
    () => new StreamingContext(sc, {} as never),
    'a Duration such as Seconds(1), or a text such as "10 seconds", not an object',
  ],
])("the sentence says what %s is, of which method, and what was given", (_what, call, sentence) => {
  expect(call).toThrow(sentence);
});

const [brokers, topics] = ["localhost:9092", "words"];

describe("an option that there is not is refused, with the one that was meant", () => {
  const made = (options: object) => new StreamingContext(sc, 1000, options);
  test.each<[string, (options: never) => unknown, object, string]>([
    [
      "of the engine",
      (o) => new SparkContext(o),
      { wokers: 2 },
      "`conf` of `new SparkContext` has no `wokers`; did you mean `workers`?",
    ],
    [
      "of Hadoop",
      (o) => new SparkContext({ hdfs: o }),
      { webport: 1 },
      "`conf.hdfs` of `new SparkContext` has no `webport`; did you mean `webPort`?",
    ],
    [
      "of a context",
      made,
      { strikt: true },
      "`options` of `new StreamingContext` has no `strikt`; did you mean `strict`?",
    ],
    [
      "of its clock",
      (o) => made({ clock: o }),
      { startMs: 0, start: 5 },
      "at which a manual one begins, not { startMs: 0, start: 5 }",
    ],
    [
      "of its rates",
      (o) => made({ backpressure: o }),
      { minrate: 5 },
      "`options.backpressure` of `new StreamingContext` has no `minrate`; did you mean `minRate`?",
    ],
    [
      "of recovery",
      (o) => StreamingContext.getOrCreate(file, () => ssc, o),
      { onchange: "keep" },
      "`options` of `StreamingContext.getOrCreate` has no `onchange`; did you mean `onChange`?",
    ],
    [
      "of a socket",
      (o) => ssc.socketTextStream("localhost", 9, o),
      { maxLineByte: 9 },
      "`limits` of `socketTextStream` has no `maxLineByte`; did you mean `maxLineBytes`?",
    ],
    [
      "of a replay",
      (o) => ssc.replay([], o),
      { timeField: "t", sped: 2 },
      "`options` of `replay` has no `sped`; did you mean `speed` or `seed`?",
    ],
    [
      "of late records",
      (o) => ssc.replay([], { timeField: "t" as never, late: o }),
      { fraction: 1, by: 5, fro: 1 },
      "`options.late` of `replay` has no `fro`; it may have `fraction` and `by`",
    ],
    [
      "of events",
      (o) => ssc.sseStream("http://localhost/", o),
      { header: {} },
      "has no `header`; did you mean `headers`?",
    ],
    [
      "of a WebSocket",
      (o) => ssc.webSocketStream("ws://localhost/", o),
      { greting: "" },
      "has no `greting`; did you mean `greeting`?",
    ],
    [
      "of polling",
      (o) => ssc.httpPollStream("http://localhost/", o),
      { intervalMs: 5 },
      "has no `intervalMs`; did you mean `interval`?",
    ],
    [
      "of Kafka",
      (o) => ssc.kafkaDirectStream(o),
      { brokers, topics, groupid: "g" },
      "has no `groupid`; did you mean `groupId`?",
    ],
    [
      "of who one is in Kafka",
      (o) => ssc.kafkaDirectStream({ brokers, topics, sasl: o }),
      { mechanism: "plain", username: "a", password: "b", passwort: "" },
      "`options.sasl` of `kafkaDirectStream` has no `passwort`; did you mean `password`?",
    ],
    [
      "of an output",
      (o) => stream.print(5, o),
      { nmae: "a" },
      "`options` of `print` has no `nmae`; did you mean `name`?",
    ],
    [
      "of a body",
      (o) => stream.foreachRDD(f, o),
      { windowDuraton: 5 },
      "`options` of `foreachRDD` has no `windowDuraton`; it may have `name`",
    ],
    [
      "of files",
      (o) => stream.saveAsTextFiles("a", "", o),
      { names: "a" },
      "has no `names`; did you mean `name`?",
    ],
    [
      "of CSV files",
      (o) => stream.saveAsCsvFiles("a", "", o),
      { colums: ["a"] },
      "has no `colums`; did you mean `columns`?",
    ],
    [
      "of posting",
      (o) => stream.saveToHttp(o),
      { url: "http://a/", timeout: 5 },
      "has no `timeout`; did you mean `timeoutMs`?",
    ],
    [
      "of SQLite",
      (o) => stream.saveToSqlite(o),
      { file, table: "t", columns: ["a"], keys: "a" },
      "has no `keys`; did you mean `key`?",
    ],
    [
      "of writing to Kafka",
      (o) => stream.saveToKafka(o),
      { brokers, topic: "t", transactionalID: "a", transactional: 1 },
      "has no `transactionalID`; did you mean `transactionalId`?",
    ],
    [
      "of mapAsync",
      (o) => stream.mapAsync(async () => 1, o),
      { concurency: 2 },
      "`options` of `mapAsync` has no `concurency`; did you mean `concurrency`?",
    ],
    [
      "of an RDD's mapAsync",
      (o) => pairs.mapAsync(async () => 1, o),
      { parallel: 2 },
      "has no `parallel`; it may have `concurrency`",
    ],
    [
      "of collect",
      (o) => pairs.collect(o),
      { forced: true },
      "`how` of `collect` has no `forced`; did you mean `force`?",
    ],
    [
      "of sortBy",
      (o) => pairs.sortBy(f, o),
      { ascendig: false },
      "has no `ascendig`; did you mean `ascending`?",
    ],
    [
      "of CSV",
      (o) => sc.csv(file, o),
      { seperator: ";" },
      "`options` of `csv` has no `seperator`; it may have `header`,",
    ],
    [
      "of JSON lines",
      (o) => sc.jsonLines(file, o),
      { badlines: "skip" },
      "has no `badlines`; did you mean `badLines`?",
    ],
    [
      "of writing CSV",
      (o) => pairs.saveAsCsv("a", o),
      { headers: true },
      "has no `headers`; did you mean `header`?",
    ],
    [
      "a method of a listener",
      (o) => ssc.addStreamingListener(o),
      { onBatchComplet: f },
      "a listener is told of nothing by `onBatchComplet`; did you mean `onBatchCompleted`?",
    ],
    [
      "of a state",
      (o) => ssc.state(stream, o),
      { limt: 5 },
      "`query` of `state` is { keys: [key, …] } or { limit: n }, not { limt: 5 }",
    ],
  ])("%s", async (_what, call, options, sentence) => {
    await expect((async () => call(options as never))()).rejects.toThrow(sentence);
  });
});

/** Names of what is called, from the class down to those that it extends. */
function methodsOf(on: object): string[] {
  const names: string[] = [];
  for (let one = on; one !== Object.prototype; one = Object.getPrototypeOf(one))
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(one)))
      if (typeof value === "function" && name !== "constructor") names.push(name);
  return names;
}
