import { afterEach, describe, expect, test } from "vitest";
import { SparkContext } from "./spark-context.js";

const sc = new SparkContext({ workers: 2, threads: false });

afterEach(() => sc.stop());

const MILLION = 1_000_000;

describe("collect brings no more than a program surely holds", () => {
  test("a million records, and no more unless it is forced to", async () => {
    expect(await sc.range(0, MILLION, 1, 3).collect()).toHaveLength(MILLION);
    const more = sc.range(0, MILLION + 1, 1, 3);
    await expect(more.collect()).rejects.toMatchObject({
      code: "RT_COLLECT_LIMIT",
      message:
        "collect() would bring more than 1000000 records into the program; take(n) or collect({ limit: n }) brings the first ones, and collect({ force: true }) all, if there is memory for them",
    });
    expect(await more.collect({ force: true })).toHaveLength(MILLION + 1);
  });

  test("256 MB of records: a partition with more is not sent at all", async () => {
    const large = sc.parallelize([1, 2], 2).map((n) => new Uint8Array(n * 100 * 2 ** 20));
    await expect(large.collect()).rejects.toMatchObject({
      code: "RT_COLLECT_LIMIT",
      message: expect.stringMatching(/^collect\(\) would bring more than 256 MB of records/),
    });
  });

  test("and ends the tasks that still run", async () => {
    const computed = sc.longAccumulator();
    const endless = sc.range(0, 4 * MILLION, 1, 8).map((n) => {
      computed.add(1);
      return n;
    });
    await expect(endless.collect()).rejects.toMatchObject({ code: "RT_COLLECT_LIMIT" });
    expect(computed.value).toBeLessThan(4 * MILLION);
    expect(await sc.range(10).collect()).toHaveLength(10);
  });

  test("the first ones with a limit", async () => {
    expect(await sc.range(0, 2 * MILLION, 1, 4).collect({ limit: 3 })).toEqual([0, 1, 2]);
  });
});
