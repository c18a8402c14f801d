import { afterAll, describe, expect, test } from "vitest";
import { SparkContext } from "./spark-context.js";
import { StateSpec } from "./state-spec.js";
import { StreamingContext } from "./streaming-context.js";

const sc = new SparkContext({ workers: 2, threads: false });
afterAll(() => sc.stop());
const rdd = () => sc.parallelize<[string, number]>([["a", 1]]);
const stream = () => new StreamingContext(sc, 1000).queueStream<[string, number]>([]);
/** What a program without types may give. */
const wrong = (value: unknown) => value as never;

describe("what an operation cannot take is refused where it is declared", () => {
  test.each<[string, () => unknown, string]>([
    [
      "rows for an RDD",
      () => rdd().join(wrong([["a", 2]])),
      "`join` takes an RDD, not [ [ 'a', 2 ] ]; make one",
    ],
    ["nothing for an RDD", () => rdd().zip(wrong(undefined)), "`zip` takes an RDD, not undefined"],
    ["rows to be united", () => rdd().union(wrong([1])), "`union` takes an RDD, not [ 1 ]"],
    ["a stream for an RDD", () => rdd().cartesian(wrong(stream())), "`cartesian` takes an RDD, not DStream("],
    ["an RDD for a stream", () => stream().join(wrong(rdd())), "use transform((rdd) => rdd.join(other))"],
    ["rows for a stream", () => stream().union(wrong([1])), "`union` takes a stream, not [ 1 ]; make one by"],
    [
      "a limit of a socket that is none",
      () => stream().context.socketTextStream("localhost", 9, { maxLineBytes: 0 }),
      "maxLineBytes is a whole number of bytes, at least 1, not 0",
    ],
    [
      "no number as a limit of a socket",
      () => stream().context.socketTextStream("localhost", 9, { maxBufferBytes: wrong("1 MB") }),
      "maxBufferBytes is a whole number of bytes, at least 1, not '1 MB'",
    ],
    ["the name of a storage level", () => rdd().persist(wrong("MEMORY_ONLY")), "StorageLevel (StorageLevel."],
    ["no storage level of a stream", () => stream().persist(wrong(null)), ", …), not null"],
    [
      "no receiver",
      () => stream().context.receiverStream(wrong({})),
      "a class that extends Receiver, not {}",
    ],
    ["no queue", () => stream().context.queueStream(wrong(undefined)), "a queue is an array of RDDs or"],
    [
      "no rows",
      () => sc.parallelize(wrong(null)),
      "`rows` of `parallelize` is an array or another iterable of rows, not null",
    ],
    ["no function of records", () => rdd().map(wrong("x")), "`f` of `map` is a function, not 'x'"],
    ["no body", () => stream().foreachRDD(wrong(undefined)), "`f` of `foreachRDD` is a function"],
    ["no transform", () => stream().transform(wrong(undefined)), "`f` of `transform` is a function"],
    [
      "no update",
      () => stream().updateStateByKey(wrong(undefined)),
      "`update` of `updateStateByKey` is a function, not undefined",
    ],
    [
      "no mapping",
      () => StateSpec.function(wrong(undefined)),
      "`mapping` of `StateSpec.function` is a function",
    ],
    ["a function for a spec", () => stream().mapWithState(wrong(() => 1)), "StateSpec.function(f)"],
  ])("%s", (_what, declare, sentence) => {
    expect(declare).toThrow(expect.objectContaining({ code: expect.stringMatching(/^RT_/) }));
    expect(declare).toThrow(sentence);
  });
});
