import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SparkContext } from "./spark-context.js";
import { StreamingContext } from "./streaming-context.js";

let sc: SparkContext;
let ssc: StreamingContext;

beforeEach(() => {
  sc = new SparkContext({ workers: 2, threads: false });
  ssc = new StreamingContext(sc, 1000, { clock: "manual" });
});
afterEach(() => ssc.stop(true));

describe("why an output gives nothing is told in a sentence", () => {
  test("a context that was not started, or is stopped", async () => {
    ssc.queueStream([[1]]).foreachRDD(() => undefined, { name: "numbers" });
    expect(await ssc.explainNothing("numbers")).toBe("its context was not started: call start()");
    await ssc.start();
    await ssc.stop();
    expect(await ssc.explainNothing("numbers")).toBe("its context is stopped: call start() again");
  });

  test("a context that failed", async () => {
    ssc.queueStream([[1]]).foreachRDD(
      () => {
        throw new Error("broken");
      },
      { name: "numbers" },
    );
    await ssc.start();
    const end = ssc.awaitTermination();
    await Promise.all([ssc.advance(1000), expect(end).rejects.toThrow("broken")]);
    expect(await ssc.explainNothing("numbers")).toMatch(
      /its context stopped: the batch at .* failed .*: broken/,
    );
  });

  test("a window whose first slide is yet to come", async () => {
    ssc
      .queueStream([[1]])
      .window("1 minute", "1 minute")
      .foreachRDD(() => undefined, { name: "minutes" });
    await ssc.start();
    await ssc.advance(2000);
    expect(await ssc.explainNothing("minutes")).toMatch(
      /it slides every 1 min, for the first time at .* \(60000 ms\); batches are done up to 2000 ms/,
    );
  });

  test("an output that was stopped by its name", async () => {
    const numbers = ssc.queueStream([[1], [2]]);
    for (const name of ["one", "other"]) numbers.foreachRDD(() => undefined, { name });
    await ssc.start();
    await ssc.stopOutput("one");
    await ssc.advance(1000);
    expect(await ssc.explainNothing("one")).toBe('it was stopped: start it by startOutput("one")');
    expect(await ssc.explainNothing("other")).toMatch(/did give 1 record/);
  });

  test("an input that brings nothing", async () => {
    const numbers = ssc.queueStream<number>([]).setName("numbers");
    numbers.map((n) => n + 1).foreachRDD(() => undefined, { name: "more" });
    await ssc.start();
    await ssc.advance(1000);
    expect(await ssc.explainNothing("more")).toBe(
      "the input queue (connected) has brought nothing so far for the last batch",
    );
  });

  test("a filter that leaves nothing over", async () => {
    const numbers = ssc.queueStream([[1, 2, 3]]);
    const none = numbers.filter((n) => n > 5).setName("large");
    none.map((n) => n + 1).foreachRDD(() => undefined, { name: "more" });
    await ssc.start();
    await ssc.advance(1000);
    expect(await ssc.explainNothing("more")).toBe(
      "`large` (filter) left nothing over of the 3 records that it got in the last batch",
    );
  });

  test("a join of keys that do not meet", async () => {
    const left = ssc.queueStream<[string, number]>([[["a", 1]]]);
    const right = ssc.queueStream<[string, number]>([[["b", 1]]]);
    left.join(right).foreachRDD(() => undefined, { name: "joined" });
    await ssc.start();
    await ssc.advance(1000);
    expect(await ssc.explainNothing("joined")).toBe(
      "`join` left nothing over of the 1 record and 1 record that it got in the last batch",
    );
  });

  test("an output that does give something", async () => {
    const numbers = ssc.queueStream([[1, 2]]).setName("numbers");
    numbers.foreachRDD(() => undefined);
    await ssc.start();
    await ssc.advance(1000);
    expect(await ssc.explainNothing(numbers)).toBe("`numbers` did give 2 records in its last batch");
    await expect(ssc.explainNothing("other")).rejects.toThrow("there is no output named other");
  });
});
