import { afterAll, describe, expect, test } from "vitest";
import type { RDD } from "../context/rdd.js";
import { SparkContext } from "../context/spark-context.js";

const sc = new SparkContext({ workers: 2, threads: false });
afterAll(() => sc.stop());

interface Visit {
  user: string;
  page: string;
  ms: number;
}

const VISITS: Visit[] = Array.from({ length: 500 }, (_, i) => ({
  user: `user ${i % 7}`,
  page: `a page with a long name ${i % 3}`,
  ms: i,
}));
const TEXT = VISITS.map((visit) => `${JSON.stringify(visit)}\n`).join("");

const lines = (text = TEXT) => sc.textBytes(Buffer.from(text), 2);
const visits = (text = TEXT) => lines(text).map((line) => JSON.parse(line) as Visit);

describe("records that are parsed from lines of JSON", () => {
  /** What is made of the records, by functions whose use of them is seen, and by Array's methods. */
  test.each<[what: string, made: (rdd: RDD<Visit>) => RDD<unknown>, expected: unknown[]]>([
    ["are whole where they are results", (rdd) => rdd, VISITS],
    ["are whole behind a filter", (rdd) => rdd.filter((v) => v.ms > 490), VISITS.filter((v) => v.ms > 490)],
    ["are read by their fields", (rdd) => rdd.map((v) => v.page), VISITS.map((v) => v.page)],
    [
      "pass filters, and are read by others of their fields",
      (rdd) =>
        rdd
          .filter((v) => v.user === "user 3")
          .filter(({ ms }) => ms % 2 === 1)
          .map((v) => [v.page, v.ms]),
      VISITS.filter((v) => v.user === "user 3" && v.ms % 2 === 1).map((v) => [v.page, v.ms]),
    ],
    [
      "become several",
      (rdd) => rdd.flatMap(({ user, ms }) => (ms < 2 ? [user, ms] : [])),
      ["user 0", 0, "user 1", 1],
    ],
    [
      "are read by their fields on the way to an iterator",
      (rdd) =>
        rdd
          .filter((v) => v.ms < 250)
          .map((v) => v.page)
          .mapPartitions((pages) => [[...pages].length]),
      [250],
    ],
    [
      "are whole for a function that takes them as they are",
      (rdd) => rdd.map((v) => [v.ms, v] as const).filter(([ms]) => ms === 9),
      [[9, VISITS[9]]],
    ],
    [
      "are whole for one that a function inside sees later",
      (rdd) => rdd.map((v) => () => v.ms).map((later) => later()),
      VISITS.map((v) => v.ms),
    ],
  ])("%s", async (_, made, expected) => {
    expect(await made(visits()).collect()).toEqual(expected);
  });

  test("are counted behind a filter", async () => {
    expect(
      await visits()
        .filter((v) => v.user === "user 6")
        .count(),
    ).toBe(71);
  });

  test("are kept whole", async () => {
    const kept = visits().cache();
    expect(await kept.map((v) => v.ms).collect()).toEqual(VISITS.map((v) => v.ms));
    expect(await kept.collect()).toEqual(VISITS);
  });

  test("pass more filters than one function of a program has", async () => {
    let filtered = visits();
    for (let i = 0; i < 60; i++) filtered = filtered.filter((v) => v.ms !== 3);
    expect(await filtered.map((v) => v.ms).collect()).toEqual(
      VISITS.flatMap(({ ms }) => (ms === 3 ? [] : ms)),
    );
  });

  test("are told whole when a function throws", async () => {
    const failing = visits()
      .filter((v) => v.ms >= 0)
      .map((v) => {
        if (v.ms === 300) throw new Error("three hundred");
        return v.ms;
      });
    await expect(failing.collect()).rejects.toThrow(
      /the function of `map` failed on the record .*user 6.*a long name 0.*300/,
    );
  });

  test("say which line is no JSON", async () => {
    const damaged = visits(TEXT.replace('"ms":300}', '"ms":}'));
    await expect(damaged.map((v) => v.ms).collect()).rejects.toThrow(
      /the function of `map` failed on the record .*user 6.*long name 0/,
    );
  });

  test("are what JSON.parse gives, as a function by itself", async () => {
    expect(
      await lines()
        .map(JSON.parse)
        .map((v: Visit) => v.ms)
        .sum(),
    ).toBe((500 * 499) / 2);
  });

  test("and of which nothing is read are still parsed", async () => {
    await expect(
      visits(`${TEXT}{\n`)
        .filter(() => true)
        .count(),
    ).rejects.toThrow("failed on the record");
  });
});
