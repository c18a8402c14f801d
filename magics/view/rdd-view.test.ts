import { beforeEach, describe, expect, test } from "vitest";
import type { MimeBundle } from "../../kernel/port/evaluator.js";
import { SparkContext } from "../../runtime/context/spark-context.js";
import { rddView } from "./rdd-view.js";

let sc: SparkContext;
beforeEach(() => {
  sc = new SparkContext({ workers: 2, threads: false });
  return () => sc.stop();
});
const DISPLAY = Symbol.for("Jupyter.display");

async function shown(value: object, by: "result" | "display"): Promise<MimeBundle> {
  const view = rddView(value, by, (rdd) => (rdd === value ? "words" : undefined));
  return (view as { [DISPLAY](): Promise<MimeBundle> })[DISPLAY]();
}

const withoutNumbers = (text: unknown) => String(text).replace(/\[\d+\]/g, "[n]");

describe("as a result an RDD is described, and nothing is computed", () => {
  test("by its variable, operator, partitions and lineage", async () => {
    const bundle = await shown(
      sc.parallelize(["<b>"], 2).map(() => {
        throw new Error("it was computed");
      }),
      "result",
    );
    const lineage = "(2) map[n] []\n |  parallelize[n] []";
    expect(withoutNumbers(bundle["text/plain"])).toBe(`RDD words: map, 2 partitions\n${lineage}`);
    expect(withoutNumbers(bundle["text/html"])).toBe(
      `<p><strong>RDD words: map, 2 partitions</strong></p><pre>${lineage}</pre>`,
    );
    expect(sc.statusTracker.getJobIdsForGroup()).toEqual([]);
  });

  test("by the name it was given, which is text and no markup", async () => {
    const bundle = await shown(sc.parallelize([1], 1).setName("<i>mine</i>"), "result");
    expect(bundle["text/html"]).toContain("RDD &lt;i&gt;mine&lt;/i&gt;: parallelize, 1 partition of number<");
  });

  test.each([
    ["that the program gave", () => sc.parallelize([["a", 1]], 1), "[string, number]"],
    ["of a range", () => sc.range(3), "number"],
    [
      "as its parent has them",
      () =>
        sc
          .parallelize(["a"], 1)
          .filter(() => true)
          .distinct(),
      "string",
    ],
  ])("by the type of its records: %s", async (_what, make, type) => {
    expect((await shown(make(), "result"))["text/plain"]).toContain(` of ${type}\n`);
  });

  test("by the type of records that an action brought, and not before it did", async () => {
    const rdd = sc.parallelize(["a", "b"], 1).map((word) => ({ word, n: 1 }));
    expect((await shown(rdd, "result"))["text/plain"]).not.toContain(" of ");
    await rdd.take(1);
    expect((await shown(rdd, "result"))["text/plain"]).toContain(" of { word: string; n: number }\n");
    expect(
      (
        await shown(
          rdd.filter(({ n }) => n > 0),
          "result",
        )
      )["text/plain"],
    ).toContain(" of { word: string");
  });
});

describe("by display() its first records are shown", () => {
  test.each<[string, unknown[], string]>([
    [
      "pairs",
      [
        ["the", 2070],
        ["of", 7],
      ],
      "2 records: [string, number]\nkey  value\nthe  2,070\nof       7",
    ],
    [
      "objects",
      [{ a: 1, b: "x" }, { a: 2 }],
      "2 records: { a: number; b: string } | { a: number }\na  b\n1  x\n2",
    ],
    ["numbers", [0.00012, 7], "2 records: number\n  value\n0.00012\n      7"],
    ["lists", [[1, 2, 3]], "1 record: number[]\nvalue\n[ 1, 2, 3 ]"],
    ["nothing", [], "0 records: unknown\nvalue"],
  ])("%s", async (_what, records, table) => {
    const bundle = await shown(sc.parallelize(records as [], 2), "display");
    expect(bundle["text/plain"]).toBe(`RDD words: parallelize, 2 partitions\n\n${table}`);
  });

  test("twenty of them, and that there are more is said", async () => {
    const bundle = await shown(sc.range(0, 21, 1, 1), "display");
    expect(bundle["text/plain"]).toContain("the first 20 records: number");
    expect(String(bundle["text/plain"]).split("\n").at(-1)).toBe("   19");
  });

  test("markup in them is text", async () => {
    const bundle = await shown(sc.parallelize(["<script>"], 1), "display");
    expect(bundle["text/html"]).toContain("&lt;script&gt;");
  });
});

test("other values are shown as they are", () => {
  const value = { rdd: 1 };
  expect(rddView(value, "display", () => undefined)).toBe(value);
});
