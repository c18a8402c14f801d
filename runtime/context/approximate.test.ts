import { describe, expect, test } from "vitest";
import { normalQuantile, poissonQuantile, studentQuantile } from "../rows/distributions.js";
import { StatCounter } from "../rows/stat-counter.js";
import { LAYOUTS } from "../testing/layouts.js";
import { type BoundedDouble, CountEvaluator, MeanEvaluator, SumEvaluator } from "./approximate.js";
import { approximately } from "./partial-result.js";
import { SparkContext } from "./spark-context.js";

const bounded = (mean: number, confidence: number, low: number, high: number): BoundedDouble => ({
  mean,
  confidence,
  low,
  high,
});
const { NEGATIVE_INFINITY, POSITIVE_INFINITY, NaN: NOT_A_NUMBER } = Number;
const stats = (...numbers: number[]) =>
  numbers.reduce((counter, n) => counter.add(n), new StatCounter()).toPlain();

function deferred() {
  let [resolve, reject]: [(n: number) => void, (error: Error) => void] = [() => undefined, () => undefined];
  const promise = new Promise<number>((yes, no) => {
    [resolve, reject] = [yes, no];
  });
  return { promise, resolve, reject };
}

/** The result as of ten partitions, after each of them: figures of Spark's CountEvaluatorSuite and its like. */
test("counts of some of ten partitions have bounds", () => {
  const evaluator = new CountEvaluator(10, 0.95);
  expect(evaluator.current()).toEqual(bounded(0, 0, 0, POSITIVE_INFINITY));
  evaluator.merge(1);
  expect(evaluator.current()).toEqual(bounded(10, 0.95, 1 + 4, 1 + 15));
  evaluator.merge(3);
  expect(evaluator.current()).toEqual(bounded(20, 0.95, 4 + 9, 4 + 24));
  evaluator.merge(8);
  expect(evaluator.current().mean).toBeCloseTo(40);
  for (let i = 4; i <= 10; i++) evaluator.merge(10);
  expect(evaluator.current()).toEqual(bounded(82, 1, 82, 82));
});

test("a count of nothing is not known from below", () => {
  const evaluator = new CountEvaluator(10, 0.95);
  evaluator.merge(0);
  expect(evaluator.current()).toEqual(bounded(0, 0, 0, POSITIVE_INFINITY));
});

test("means of some of ten partitions have bounds", () => {
  const evaluator = new MeanEvaluator(10, 0.95);
  evaluator.merge(stats());
  expect(evaluator.current()).toEqual(bounded(0, 0, NEGATIVE_INFINITY, POSITIVE_INFINITY));
  evaluator.merge(stats(1));
  expect(evaluator.current()).toEqual(bounded(1, 0.95, NEGATIVE_INFINITY, POSITIVE_INFINITY));
  evaluator.merge(stats(3));
  expect(evaluator.current().low).toBeCloseTo(-10.706204736174746, 9);
  expect(evaluator.current().high).toBeCloseTo(14.706204736174746, 9);
  evaluator.merge(stats(8));
  expect(evaluator.current().low).toBeCloseTo(-4.9566858949231225, 9);
  for (let i = 5; i <= 10; i++) evaluator.merge(stats(9));
  expect(evaluator.current()).toEqual(bounded(66 / 9, 1, 66 / 9, 66 / 9));
});

describe("sums of some of ten partitions have bounds", () => {
  test.each<[string, number[], BoundedDouble]>([
    ["of no number", [], bounded(0, 0, NEGATIVE_INFINITY, POSITIVE_INFINITY)],
    ["of one", [2], bounded(38, 0.95, NEGATIVE_INFINITY, POSITIVE_INFINITY)],
    ["with NaN", [1, NOT_A_NUMBER, 2], bounded(NOT_A_NUMBER, 0.95, NEGATIVE_INFINITY, POSITIVE_INFINITY)],
    ["of three", [1, 3, 2], bounded(78, 0.95, -117.61697267641742, 273.6169726764176)],
  ])("%s", (_title, numbers, expected) => {
    const evaluator = new SumEvaluator(10, 0.95);
    evaluator.merge(stats(...numbers));
    const { mean, confidence, low, high } = evaluator.current();
    expect(confidence).toBe(expected.confidence);
    expect([mean, low, high].map((x) => x.toFixed(6))).toEqual(
      [expected.mean, expected.low, expected.high].map((x) => x.toFixed(6)),
    );
  });
});

test.each([
  [normalQuantile(0.975), 1.959963984540054],
  [normalQuantile(0.5), 0],
  [normalQuantile(0.001), -3.090232306167813],
  [studentQuantile(1, 0.975), 12.706204736432095],
  [studentQuantile(30, 0.995), 2.749995653567231],
  [studentQuantile(5, 0.1), -1.475884048824481],
])("the quantile %d is %d", (found, known) => {
  expect(found).toBeCloseTo(known, 8);
});

test.each([
  [1, 0.5, 1],
  [10, 0.025, 4],
  [10, 0.975, 17],
  [1000, 0.5, 1000],
  [0, 0.9, 0],
  [1e6, 0.975, 1001960],
])("a Poisson variable of mean %d is with probability %d at most %d", (mean, probability, most) => {
  expect(poissonQuantile(mean, probability)).toBe(most);
});

describe.each(LAYOUTS)("$partitions partitions on $workers workers", ({ workers, partitions }) => {
  const sc = new SparkContext({ workers, threads: false });
  const rdd = () => sc.parallelize([1, 2, 2, 3, 3, 3], partitions);

  test("with time enough, approximate results are exact", async () => {
    const count = await rdd().countApprox(60_000);
    expect([count.isInitialValueFinal, count.initialValue]).toEqual([true, bounded(6, 1, 6, 6)]);
    expect(await count.getFinalValue()).toEqual(bounded(6, 1, 6, 6));
    expect((await rdd().sumApprox(60_000)).initialValue).toEqual(bounded(14, 1, 14, 14));
    expect((await rdd().meanApprox(60_000)).initialValue.mean).toBeCloseTo(14 / 6);
    const byValue = (await rdd().countByValueApprox(60_000)).initialValue;
    expect([1, 2, 3, 4].map((n) => byValue.get(n)?.mean)).toEqual([1, 2, 3, undefined]);
    const byKey = await rdd()
      .keyBy((n) => n % 2)
      .countByKeyApprox(60_000);
    expect([0, 1].map((key) => byKey.initialValue.get(key)?.mean)).toEqual([2, 4]);
  });
});

test("when the time is over, what is known is given, and the rest later", async () => {
  const [first, second] = [deferred(), deferred()];
  const evaluator = new CountEvaluator(2, 0.9);
  const result = approximately(2, (p) => (p === 0 ? first : second).promise, evaluator, 0);
  const early = await result;
  expect([early.isInitialValueFinal, early.initialValue.confidence]).toEqual([false, 0]);
  const completed = new Promise((resolve) => early.onComplete(resolve));
  first.resolve(3);
  second.resolve(4);
  expect(await early.getFinalValue()).toEqual(bounded(7, 1, 7, 7));
  expect(await completed).toEqual(bounded(7, 1, 7, 7));
});

test("a partition that fails fails the result, or its final value", async () => {
  const failing = () => Promise.reject(new Error("no"));
  await expect(approximately(2, failing, new CountEvaluator(2, 0.9), 60_000)).rejects.toThrow("no");
  const later = deferred();
  const early = await approximately(1, () => later.promise, new CountEvaluator(1, 0.9), 0);
  const failed = new Promise((resolve) => early.onFail(resolve));
  later.reject(new Error("late"));
  await expect(early.getFinalValue()).rejects.toThrow("late");
  expect(await failed).toMatchObject({ message: "late" });
});

test.each([-0.1, 1.1, NOT_A_NUMBER])("a confidence of %d is refused", async (confidence) => {
  const sc = new SparkContext({ workers: 1, threads: false });
  await expect(sc.range(3).countApprox(1, confidence)).rejects.toMatchObject({ code: "RT_CONFIDENCE" });
  expect((await sc.emptyRDD().countApprox(60_000)).initialValue).toEqual(bounded(0, 1, 0, 0));
});
