/** Kafka in and out against a real broker, and with its own client on the other side. */

import { type Schema, Type } from "avsc";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testBroker } from "../../../kernelspec/testing/test-broker.js";
import { inTime } from "../testing/in-time.js";
import { OlderBroker } from "./testing/older-broker.js";
import { consume, groupOffsets, openTransaction, plainKafka, produce } from "./testing/plain-client.js";

const {
  SparkContext,
  StreamingContext,
  KafkaUtils,
  LocationStrategies,
  ConsumerStrategies,
}: typeof import("../../index.js") = await import("../../../dist/index.js" as string);

/** The key of the request that asks what a broker speaks; its third version tells of transactions that are numbered. */
const API_VERSIONS = 18;

const broker = testBroker();
const at = () => broker.current.address;

let sc: InstanceType<typeof SparkContext>;
beforeAll(() => {
  sc = new SparkContext({ workers: 2 });
});
afterAll(() => sc.stop());

type Context = InstanceType<typeof StreamingContext>;
// biome-ignore lint/suspicious/noExplicitAny: rows of any shape
type SaveOptions = import("../../index.js").KafkaSaveOptions<any>;
type Stream<T> = import("../../index.js").DStream<T>;

/** The rows that streams give until there are so many of each. */
async function rowsOf<T>(count: number, declare: (ssc: Context) => Stream<T>): Promise<T[]> {
  const ssc = new StreamingContext(sc, 100);
  const rows: T[] = [];
  declare(ssc).foreachRDD(async (rdd) => {
    rows.push(...(await rdd.collect()));
  });
  await ssc.start();
  while (rows.length < count) await ssc.awaitBatches(1);
  await ssc.stop();
  return rows;
}

const messages = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    key: `k${i % 7}`,
    value: `message ${i}`,
    timestamp: `${1_700_000_000_000 + i}`,
  }));

describe("a direct stream", () => {
  test.each([
    "newest",
    -1,
    Number.POSITIVE_INFINITY,
    new Date(Number.NaN),
    { t: { 0: 0.5 } },
    { t: { 0: -3 } },
    { t: 1 },
  ])("does not begin at %j", (startingOffsets) => {
    const ssc = new StreamingContext(sc, 100);
    const options = { brokers: at(), topics: "t", startingOffsets } as never;
    expect(() => ssc.kafkaDirectStream(options)).toThrow(
      /^startingOffsets is "latest", "earliest", a time, or /,
    );
  });

  test("gives topic, partition, offset, timestamp, key, value and headers of each record, in the order of each partition", async () => {
    await broker.current.createTopics({ whole: 2 });
    await produce(at(), "whole", [
      { partition: 0, key: "a", value: "1", timestamp: "1700000000001", headers: { origin: "here" } },
      { partition: 1, key: null, value: "2", timestamp: "1700000000002" },
      { partition: 0, key: "a", value: null, timestamp: "1700000000003" },
    ]);
    const rows = await rowsOf(3, (ssc) =>
      ssc.kafkaDirectStream({ brokers: at(), topics: "whole", startingOffsets: "earliest" }),
    );
    expect(rows).toEqual([
      {
        topic: "whole",
        partition: 0,
        offset: 0,
        timestamp: 1700000000001,
        key: "a",
        value: "1",
        headers: { origin: "here" },
      },
      {
        topic: "whole",
        partition: 0,
        offset: 1,
        timestamp: 1700000000003,
        key: "a",
        value: null,
        headers: {},
      },
      {
        topic: "whole",
        partition: 1,
        offset: 0,
        timestamp: 1700000000002,
        key: null,
        value: "2",
        headers: {},
      },
    ]);
  });

  test("begins at the ends, at a time, or at offsets", async () => {
    await broker.current.createTopics({ starts: 2 });
    const of = (from: number, to: number) =>
      messages(to)
        .slice(from)
        .map((message, i) => ({ ...message, partition: (from + i) % 2 }));
    await produce(at(), "starts", of(0, 10));
    const values = async (
      count: number,
      startingOffsets: NonNullable<import("../../index.js").KafkaStreamOptions["startingOffsets"]>,
    ) => {
      const rows = await rowsOf(count, (ssc) =>
        ssc.kafkaDirectStream({ brokers: at(), topics: ["starts"], startingOffsets }),
      );
      return rows.map(({ value }) => Number(value?.slice(8))).sort((a, b) => a - b);
    };
    expect(await values(4, 1_700_000_000_006)).toEqual([6, 7, 8, 9]);
    expect(await values(4, new Date(1_700_000_000_006))).toEqual([6, 7, 8, 9]);
    expect(await values(6, { starts: { 0: 4, 1: -2 } })).toEqual([1, 3, 5, 7, 8, 9]);
    const ssc = new StreamingContext(sc, 100);
    const rows: string[] = [];
    ssc.kafkaDirectStream({ brokers: at(), topics: "starts" }).foreachRDD(async (rdd) => {
      for (const { value } of await rdd.collect()) rows.push(String(value));
    });
    await ssc.start();
    // It is at the ends as soon as it has found them.
    while ((await ssc.status())?.inputs[0]?.partitions?.length !== 2) await ssc.awaitBatches(1);
    await produce(at(), "starts", of(10, 12));
    while (rows.length < 2) await ssc.awaitBatches(1);
    await ssc.stop();
    expect(rows.sort()).toEqual(["message 10", "message 11"]);
  });

  test("reads JSON and bytes, and leaves aborted transactions out", async () => {
    await broker.current.createTopics({ decoded: 1 });
    await produce(at(), "decoded", [{ key: "1", value: '{"n":1}' }]);
    await produce(at(), "decoded", [{ key: "2", value: '{"n":2}' }], "t-abort", "abort");
    await produce(at(), "decoded", [{ key: "3", value: '{"n":3}' }], "t-commit");
    const rows = await rowsOf(2, (ssc) =>
      ssc.kafkaDirectStream({
        brokers: at(),
        topics: "decoded",
        startingOffsets: "earliest",
        key: "bytes",
        value: "json",
      }),
    );
    expect(rows.map(({ key, value }) => [[...(key ?? [])], value])).toEqual([
      [[49], { n: 1 }],
      [[51], { n: 3 }],
    ]);
  });

  test("reads Avro by its schema, also behind the number of a schema that a registry gave", async () => {
    await broker.current.createTopics({ avro: 1, framed: 1 });
    const schema = {
      type: "record",
      name: "Reading",
      fields: [
        { name: "sensor", type: "string" },
        { name: "celsius", type: ["null", "double"] },
      ],
    } as const;
    const readings = [
      { sensor: "door", celsius: 21.5 },
      { sensor: "roof", celsius: null },
    ];
    const type = Type.forSchema(schema as unknown as Schema);
    const sent = readings.map((reading) => type.toBuffer(reading));
    await produce(at(), "avro", [...sent.map((value) => ({ value })), { value: "no Avro at all" }]);
    const frame = Buffer.from([0, 0, 0, 0, 7]);
    await produce(
      at(),
      "framed",
      sent.map((value) => ({ value: Buffer.concat([frame, value]) })),
    );
    const options = { brokers: at(), startingOffsets: "earliest", value: "avro" } as const;
    const bare = await rowsOf(2, (ssc) =>
      ssc.kafkaDirectStream({ ...options, topics: "avro", avro: { value: schema }, undecodable: "skip" }),
    );
    expect(bare.map(({ value }) => value)).toEqual(readings);
    const framed = await rowsOf(2, (ssc) =>
      ssc.kafkaDirectStream({ ...options, topics: "framed", avro: { value: schema, framed: true } }),
    );
    expect(framed.map(({ value }) => value)).toEqual(readings);
    const wrong = (avro?: { value: string }) => () =>
      new StreamingContext(sc, 100).kafkaDirectStream({ ...options, topics: "avro", ...(avro && { avro }) });
    expect(wrong()).toThrow('value is "avro", of which schema is said by avro: { value: schema }');
    expect(wrong({ value: "{" })).toThrow(/avro\.value is no schema of Avro: /);
  });

  test("leaves out a transaction that began before another one that was aborted first", async () => {
    await broker.current.createTopics({ interleaved: 1 });
    const outer = await openTransaction(at(), "t-outer");
    const inner = await openTransaction(at(), "t-inner");
    const send = ({ transaction }: typeof outer, value: string) =>
      transaction.send({ topic: "interleaved", messages: [{ value, partition: 0 }] });
    await send(outer, "aborted last");
    await send(inner, "aborted first");
    for (const { producer, transaction } of [inner, outer]) {
      await transaction.abort();
      await producer.disconnect();
    }
    await produce(at(), "interleaved", [{ value: "committed", partition: 0 }], "t-outer");
    const rows = await rowsOf(1, (ssc) =>
      ssc.kafkaDirectStream({ brokers: at(), topics: "interleaved", startingOffsets: "earliest" }),
    );
    expect(rows.map(({ value }) => value)).toEqual(["committed"]);
    expect((await consume(at(), "interleaved", 1)).map(({ value }) => String(value))).toEqual(["committed"]);
  });

  test.each(["gzip", "snappy", "lz4"] as const)(
    "reads what %s made small, and writes it",
    async (compression) => {
      const topic = `small-${compression}`;
      await broker.current.createTopics({ [topic]: 1 });
      const ssc = new StreamingContext(sc, 100);
      ssc
        .queueStream([messages(3000).map(({ key, value }) => [key, value])])
        .saveToKafka({ brokers: at(), topic, compression });
      await ssc.start();
      await ssc.awaitBatches(1);
      await ssc.stop();
      const rows = await rowsOf(3000, (other) =>
        other.kafkaDirectStream({ brokers: at(), topics: topic, startingOffsets: "earliest" }),
      );
      expect(rows.map(({ value }) => value).sort()).toEqual(
        messages(3000)
          .map(({ value }) => value)
          .sort(),
      );
    },
  );

  test("follows topics of a pattern that are made later, and partitions that are added", async () => {
    await broker.current.createTopics({ "logs-a": 1 });
    const ssc = new StreamingContext(sc, 100);
    const seen: string[] = [];
    ssc.kafkaDirectStream({ brokers: at(), pattern: /logs-.*/ }).foreachRDD(async (rdd) => {
      for (const { topic, partition, value } of await rdd.collect())
        seen.push(`${topic} ${partition} ${value}`);
    });
    await ssc.start();
    while ((await ssc.status())?.inputs[0]?.partitions?.length !== 1) await ssc.awaitBatches(1);
    await broker.current.createTopics({ "logs-b": 1 });
    await produce(at(), "logs-b", [{ value: "new topic" }]);
    const admin = plainKafka(at()).admin();
    await admin.connect();
    await admin.createPartitions({ topicPartitions: [{ topic: "logs-a", count: 2 }] });
    await admin.disconnect();
    await produce(at(), "logs-a", [{ value: "new partition", partition: 1 }]);
    while (seen.length < 2) await ssc.awaitBatches(1);
    await ssc.stop();
    expect(seen.sort()).toEqual(["logs-a 1 new partition", "logs-b 0 new topic"]);
  });

  test("brings no more of a partition than its rate, tells how much waits, and commits to its group when a batch is done", async () => {
    await broker.current.createTopics({ rated: 1 });
    // More than a slow test lets pass until it stops the stream.
    const SENT = 1000;
    await produce(at(), "rated", messages(SENT));
    const ssc = new StreamingContext(sc, 100);
    const sizes: number[] = [];
    const options = {
      brokers: at(),
      topics: "rated",
      groupId: "rated-group",
      startingOffsets: "earliest",
      maxRatePerPartition: 100,
    } as const;
    ssc.kafkaDirectStream(options).foreachRDD(async (rdd) => {
      sizes.push(await rdd.count());
    });
    await ssc.start();
    while (sizes.reduce((a, b) => a + b, 0) < 30) await ssc.awaitBatches(1);
    const input = (await ssc.status())?.inputs[0];
    expect(Math.max(...sizes)).toBe(10);
    expect(input?.pending).toBe(SENT - (input?.records ?? 0));
    expect(input?.partitions).toEqual([{ name: "rated 0", position: input?.records, end: SENT }]);
    await ssc.stop(false, true);
    const taken = sizes.reduce((a, b) => a + b, 0);
    await expect.poll(() => groupOffsets(at(), "rated-group", "rated")).toEqual([taken]);
    // A later program of the group goes on there, though it would begin at the beginning.
    const rest = await rowsOf(SENT - taken, (other) =>
      other.kafkaDirectStream({ ...options, maxRatePerPartition: 1e6 }),
    );
    expect(rest[0]?.offset).toBe(taken);
    expect(rest).toHaveLength(SENT - taken);
  });

  test("is made by Spark's names too", async () => {
    await broker.current.createTopics({ spark: 1 });
    await produce(at(), "spark", [{ key: "a", value: "1" }]);
    const params = {
      "bootstrap.servers": at(),
      "group.id": "spark-group",
      "auto.offset.reset": "earliest",
      "enable.auto.commit": false,
      "key.deserializer": "org.apache.kafka.common.serialization.StringDeserializer",
      "value.deserializer": "org.apache.kafka.common.serialization.ByteArrayDeserializer",
    };
    const rows = await rowsOf(1, (ssc) =>
      KafkaUtils.createDirectStream<string, Uint8Array>(
        ssc,
        LocationStrategies.PreferConsistent,
        ConsumerStrategies.Subscribe(["spark"], params),
      ),
    );
    expect(rows.map(({ key, value }) => [key, [...(value ?? [])]])).toEqual([["a", [49]]]);
  });

  test("says of an undecodable record where it is, leaves it out and counts it, or puts it into another topic", async () => {
    await broker.current.createTopics({ odd: 1, dead: 1 });
    await produce(at(), "odd", [
      { value: "1" },
      { key: "k", value: "{oops", headers: { bits: [Buffer.from([0xff]), "again"] } },
      { value: "3" },
    ]);
    const options = { brokers: at(), topics: "odd", startingOffsets: "earliest", value: "json" } as const;
    const [, failure] = await inTime(
      () => undefined,
      () => rowsOf(3, (ssc) => ssc.kafkaDirectStream(options)).then(() => "none", String),
    );
    expect(failure).toMatch(
      /the record at offset 1 of odd, partition 0, cannot be decoded \(key: string, value: json\): {oops \(.*\); give undecodable: "skip"/,
    );
    const ssc = new StreamingContext(sc, 100);
    const values: unknown[] = [];
    ssc.kafkaDirectStream({ ...options, undecodable: "skip" }).foreachRDD(async (rdd) => {
      for (const { value } of await rdd.collect()) values.push(value);
    });
    await ssc.start();
    while (values.length < 2) await ssc.awaitBatches(1);
    expect((await ssc.status())?.inputs[0]?.refused).toBe(1);
    await ssc.stop();
    expect(values).toEqual([1, 3]);
    const rows = await rowsOf(2, (other) =>
      other.kafkaDirectStream({ ...options, undecodable: { deadLetterTopic: "dead" } }),
    );
    expect(rows.map(({ value }) => value)).toEqual([1, 3]);
    const [dead] = await consume(at(), "dead", 1);
    expect([String(dead?.key), String(dead?.value)]).toEqual(["k", "{oops"]);
    expect(String(dead?.headers?.["millrace.offset"])).toBe("1");
    expect(dead?.headers?.bits).toEqual([Buffer.from([0xff]), Buffer.from("again")]);
  });
});

describe("saveToKafka", () => {
  test("puts each key where Kafka's own clients put it, with headers and timestamps", async () => {
    await broker.current.createTopics({ placed: 5, theirs: 5 });
    const rows = messages(50);
    const ssc = new StreamingContext(sc, 100);
    ssc.queueStream([rows]).saveToKafka({
      brokers: at(),
      topic: "placed",
      key: ({ key }) => key,
      value: ({ value }) => ({ value }),
      headers: ({ key }) => ({ of: key, at: 5 as never }),
      timestamp: ({ timestamp }) => Number(timestamp),
    });
    await ssc.start();
    await ssc.awaitBatches(1);
    expect((await ssc.status())?.outputs[0]?.delivery).toBe("at least once");
    await ssc.stop();
    await produce(at(), "theirs", rows);
    const places = (all: Awaited<ReturnType<typeof consume>>) =>
      Object.fromEntries(all.map(({ key, partition }) => [String(key), partition]));
    const written = await consume(at(), "placed", 50);
    expect(places(written)).toEqual(places(await consume(at(), "theirs", 50)));
    const first = written.find(({ timestamp }) => timestamp === "1700000000003");
    const { value, headers } = first ?? {};
    expect([value, headers?.of, headers?.at].map(String)).toEqual(['{"value":"message 3"}', "k3", "5"]);
  });

  describe.each(["as they are since Kafka 4.0", "as they were before"])("in transactions, %s,", (kind) => {
    const name = kind.includes("since") ? "new" : "old";
    let brokers: string;
    let older: OlderBroker | undefined;
    beforeAll(async () => {
      older = name === "old" ? await OlderBroker.before(at(), { [API_VERSIONS]: 2 }) : undefined;
      brokers = older?.address ?? at();
    });
    afterAll(() => older?.close());

    test("writes nothing of an empty batch between others", async () => {
      const topic = `gaps-${name}`;
      await broker.current.createTopics({ [topic]: 2 });
      const ssc = new StreamingContext(sc, 1000, { clock: "manual" });
      const items = [["a", "b"], [], ["c", "d"], ["e"], []].map((item) => sc.parallelize(item, 2));
      const BATCHES = items.length;
      ssc.queueStream(items).saveToKafka({ brokers, topic, transactionalId: topic });
      await ssc.start();
      await ssc.advance(1000 * BATCHES);
      await ssc.stop();
      const written = await consume(at(), topic, 5);
      expect(written.map(({ value }) => String(value)).sort()).toEqual(["a", "b", "c", "d", "e"]);
    });

    test("goes on under its transactionalId when a context is stopped and another one started, without a checkpoint", async () => {
      const topic = `renewed-${name}`;
      await broker.current.createTopics({ [topic]: 1 });
      const CONTEXTS = 5;
      for (let context = 0; context < CONTEXTS; context++) {
        const ssc = new StreamingContext(sc, 100);
        const rows = [0, 1, 2, 3].map((row) => 4 * context + row);
        ssc.queueStream([sc.parallelize(rows, 4)]).saveToKafka({ brokers, topic, transactionalId: topic });
        await ssc.start();
        await ssc.awaitBatches(1);
        await ssc.stop();
      }
      const written = await consume(at(), topic, 4 * CONTEXTS);
      const numbers = written.map(({ value }) => Number(String(value))).sort((a, b) => a - b);
      expect(numbers).toEqual(Array.from({ length: 4 * CONTEXTS }, (_, i) => i));
    });
  });

  test("writes records that are nearly as large as the broker takes", async () => {
    await broker.current.createTopics({ large: 1 });
    const ssc = new StreamingContext(sc, 100);
    const rows = Array.from({ length: 4 }, (_, i) => `${i}`.repeat(600_000));
    ssc.queueStream([rows]).saveToKafka({ brokers: at(), topic: "large" });
    await ssc.start();
    await ssc.awaitBatches(1);
    await ssc.stop();
    const written = await consume(at(), "large", 4);
    expect(written.map(({ value }) => String(value)).sort()).toEqual(rows);
  });

  const FAULTS: Readonly<Record<string, [Partial<SaveOptions>, string]>> = {
    throws: [{ value: (row) => row.b.c }, "TypeError: Cannot read properties of undefined (reading 'c')"],
    "gives a partition that is not there": [
      { partition: () => 3 },
      "RangeError: its partition is 3, and no whole number from 0 to 2",
    ],
    "gives a time that is none": [
      { timestamp: () => Number.NaN },
      "RangeError: its timestamp is NaN, and no whole number from 0 to 9007199254740991",
    ],
  };

  test.each(Object.keys(FAULTS))("says of a function that %s on which row it did", async (fault) => {
    await broker.current.createTopics({ refused: 3 });
    const [options, told] = FAULTS[fault] ?? [];
    const ssc = new StreamingContext(sc, 100);
    ssc.queueStream([[{ a: 1 }]]).saveToKafka({ brokers: at(), topic: "refused", ...options });
    const [, failure] = await inTime(
      () => ssc.start(),
      () => ssc.awaitTermination().then(() => "none", String),
    );
    expect(failure).toContain(`the function of \`saveToKafka\` failed on the record { a: 1 }: ${told}`);
  });

  test("says of a topic that is missing that it is", async () => {
    const ssc = new StreamingContext(sc, 100);
    ssc.queueStream([["a"]]).saveToKafka({ brokers: at(), topic: "nowhere", patience: "1 second" });
    const [, failure] = await inTime(
      () => ssc.start(),
      () => ssc.awaitTermination().then(() => "none", String),
    );
    expect(failure).toMatch(/has no topic nowhere; .* tried for 1 s/);
  });
});
