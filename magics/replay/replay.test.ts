import { describe, expect, test } from "vitest";
import { SparkContext } from "../../runtime/context/spark-context.js";
import { StreamingContext } from "../../runtime/context/streaming-context.js";
import { DATASETS } from "./datasets.js";

describe("the data set of earthquakes", () => {
  const quakes = DATASETS.earthquakes.records();

  test("is a week of them, in the order of their times", () => {
    expect(quakes).toHaveLength(1679);
    const times = quakes.map(({ time }) => time);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(new Date(times[0] ?? 0).toISOString().slice(0, 10)).toBe("2018-01-31");
    expect(new Date(times.at(-1) ?? 0).toISOString().slice(0, 10)).toBe("2018-02-07");
  });

  test("has where and how strong each was", () => {
    for (const { latitude, longitude, magnitude, place } of quakes) {
      expect(Math.abs(latitude)).toBeLessThanOrEqual(90);
      expect(Math.abs(longitude)).toBeLessThanOrEqual(180);
      expect(magnitude).toBeLessThan(10);
      expect(place).not.toBe("");
    }
  });

  test("comes again at the pace of its times: an hour of then in a second of now", async () => {
    const ssc = new StreamingContext(new SparkContext({ workers: 1, threads: false }), 1000, {
      clock: "manual",
    });
    const counts: number[] = [];
    const { timeField } = DATASETS.earthquakes;
    ssc.replay(quakes, { timeField, speed: 3600 }).foreachRDD(async (rdd) => {
      counts.push(await rdd.count());
    });
    await ssc.start();
    await ssc.advance(2000);
    await ssc.stop(true);
    const firstMs = quakes[0]?.time ?? 0;
    const within = (hours: number) => quakes.filter(({ time }) => time <= firstMs + hours * 3_600_000).length;
    expect(counts).toEqual([within(1), within(2) - within(1)]);
  });
});
