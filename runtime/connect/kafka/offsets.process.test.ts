/** Which offsets a direct stream has read, and how its program tells the group, against a real broker. */

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testBroker } from "../../../kernelspec/testing/test-broker.js";
import { groupOffsets, produce } from "./testing/plain-client.js";

const {
  SparkContext,
  StreamingContext,
  KafkaUtils,
  KafkaRDD,
  OffsetRange,
  LocationStrategies,
  ConsumerStrategies,
}: typeof import("../../index.js") = await import("../../../dist/index.js" as string);

type Range = import("../../index.js").OffsetRange;

const broker = testBroker();
const at = () => broker.current.address;

let sc: InstanceType<typeof SparkContext>;
beforeAll(() => {
  sc = new SparkContext({ workers: 2 });
});
afterAll(() => sc.stop());

/** A topic of two partitions with so many messages in each: their values are their offsets. */
async function filled(topic: string, count: number): Promise<void> {
  await broker.current.createTopics({ [topic]: 2 });
  const offsets = Array.from({ length: count }, (_, i) => i);
  await produce(
    at(),
    topic,
    [0, 1].flatMap((partition) => offsets.map((i) => ({ partition, key: null, value: `${i}` }))),
  );
}

const params = (more: Record<string, unknown> = {}) => ({
  "bootstrap.servers": at(),
  "auto.offset.reset": "earliest",
  ...more,
});

async function untilPending(ssc: InstanceType<typeof StreamingContext>, records: number): Promise<void> {
  while (((await ssc.status())?.inputs[0]?.pending ?? 0) < records) await new Promise(setImmediate);
}

const told = ({ topic, partition, fromOffset, untilOffset }: Range) => [
  topic,
  partition,
  fromOffset,
  untilOffset,
];

describe("the RDDs of a direct stream", () => {
  test("have the ranges that they consist of, in the order of their partitions, in the bodies of foreachRDD and transform and in slices", async () => {
    await filled("ranges", 4);
    const ssc = new StreamingContext(sc, 1000, { clock: "manual" });
    const stream = ssc.kafkaDirectStream({
      brokers: at(),
      topics: "ranges",
      startingOffsets: "earliest",
      maxRatePerPartition: 3,
    });
    const inBody: unknown[] = [];
    const inTransform: unknown[] = [];
    stream.foreachRDD(async (rdd) => {
      const values = await rdd
        .map(({ value }) => value)
        .glom()
        .collect();
      inBody.push([rdd.offsetRanges.map(told), values]);
    });
    stream
      .transform((rdd) => {
        inTransform.push(rdd.offsetRanges.map(told));
        return rdd.map(({ value }) => value);
      })
      .foreachRDD((rdd) => void expect(rdd).not.toBeInstanceOf(KafkaRDD));
    await ssc.start();
    await untilPending(ssc, 8);
    await ssc.advance(3000);
    const first = [
      ["ranges", 0, 0, 3],
      ["ranges", 1, 0, 3],
    ];
    const second = [
      ["ranges", 0, 3, 4],
      ["ranges", 1, 3, 4],
    ];
    const none = [
      ["ranges", 0, 4, 4],
      ["ranges", 1, 4, 4],
    ];
    expect(inBody).toEqual([
      [
        first,
        [
          ["0", "1", "2"],
          ["0", "1", "2"],
        ],
      ],
      [second, [["3"], ["3"]]],
      [none, [[], []]],
    ]);
    expect(inTransform).toEqual([first, second, none]);
    await ssc.stop();
  });

  test("can be made of ranges without a stream", async () => {
    await filled("again", 5);
    const ranges = [OffsetRange.create("again", 1, 1, 3), OffsetRange.create("again", 0, 4, 5)];
    const rdd = KafkaUtils.createRDD(sc, params(), ranges, LocationStrategies.PreferConsistent);
    expect(rdd.offsetRanges).toEqual(ranges);
    const rows = await rdd.map(({ partition, value }) => [partition, value]).collect();
    expect(rows).toEqual([
      [1, "1"],
      [1, "2"],
      [0, "4"],
    ]);
    await expect(
      KafkaUtils.createRDD(sc, params(), [OffsetRange.create("again", 0, 9, 12)]).count(),
    ).rejects.toThrow("offsets 9 to 12 of again, partition 0, are not there: it has those from 0 until 5");
  });
});

describe("commitAsync", () => {
  const subscribed = (topic: string, more: Record<string, unknown>) => {
    const ssc = new StreamingContext(sc, 1000, { clock: "manual" });
    const strategy = ConsumerStrategies.Subscribe([topic], params(more));
    return { ssc, stream: KafkaUtils.createDirectStream(ssc, LocationStrategies.PreferConsistent, strategy) };
  };

  test("tells the group what the program is done with, and where enable.auto.commit is false nothing else does", async () => {
    await filled("committed", 3);
    const group = { "group.id": "by-hand", "enable.auto.commit": false };
    const { ssc, stream } = subscribed("committed", group);
    const answers: unknown[] = [];
    const answered = new Promise<void>((resolve) => {
      stream.foreachRDD((rdd, time) => {
        // Of the first batch nothing is committed.
        if (time.milliseconds === 1000) return;
        stream.commitAsync(rdd.offsetRanges.slice(1), (offsets, exception) => {
          answers.push([...offsets], exception);
          resolve();
        });
      });
    });
    await ssc.start();
    await untilPending(ssc, 6);
    await ssc.advance(1000);
    expect(await groupOffsets(at(), "by-hand", "committed")).toEqual([-1, -1]);
    await ssc.advance(1000);
    await answered;
    expect(answers).toEqual([
      [
        [
          { topic: "committed", partition: 1 },
          { offset: 3, metadata: "" },
        ],
      ],
      null,
    ]);
    expect(await groupOffsets(at(), "by-hand", "committed")).toEqual([-1, 3]);
    await ssc.stop();
  });

  test("is refused where there is no group, before the start, and tells the callback what went wrong", async () => {
    await filled("refused", 1);
    const alone = subscribed("refused", {});
    const range = OffsetRange.create("refused", 0, 0, 1);
    expect(() => alone.stream.commitAsync([range])).toThrow(
      "commitAsync tells the group of its stream, and this one has none: give it a groupId",
    );
    const { ssc, stream } = subscribed("refused", { "group.id": "refused" });
    expect(() => stream.commitAsync([range])).toThrow(
      "offsets are committed while their stream runs: start its context first",
    );
    const other = ssc.queueStream([[1]]);
    other.print();
    await ssc.start();
    const exception = await new Promise((resolve) => {
      stream.commitAsync([range], (_offsets, exception) => resolve(exception));
    });
    expect(exception).toMatchObject({ code: "RT_COMMIT" });
    await ssc.stop();
  });
});
