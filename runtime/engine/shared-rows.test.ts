import { describe, expect, test } from "vitest";
import { inputStream } from "../operators/input.js";
import { parallelizeNode } from "../operators/parallelize.js";
import type { OutputNode, StreamNode } from "../plan/stream-node.js";
import { SharedRows } from "./shared-rows.js";

const stream: StreamNode = inputStream({ kind: "queue", oneAtATime: true, otherwise: "empty" }, 1000);
const other: StreamNode = inputStream({ kind: "queue", oneAtATime: true, otherwise: "empty" }, 1000);
const rdd = parallelizeNode([], 1);
const ROWS = [
  ["a", 1],
  ["b", 3],
  ["c", 2],
];

function chart(pairs: number | undefined, of = stream): OutputNode {
  const take = { limit: 10, largest: true, ...(pairs !== undefined && { pairs }) };
  return { id: `${pairs}`, kind: "observe", stream: of, name: "", take, tag: null };
}

/** What each output gets, and what the tasks were asked for. */
async function shown(outputs: OutputNode[]) {
  const shared = new SharedRows();
  const asked: unknown[] = [];
  const rows: unknown[] = [];
  for (const [i, output] of outputs.entries()) {
    const left = outputs.slice(i);
    rows.push(
      await shared.of(rdd, output, left, async (wanted) => {
        asked.push(wanted);
        return { rows: ROWS, count: 9 };
      }),
    );
  }
  return { asked, rows };
}

describe("charts of one stream", () => {
  test("share one job, and have as many rows each as they show, and the number of all", async () => {
    const { asked, rows } = await shown([chart(1), chart(2)]);
    expect(asked).toEqual([{ limit: 10, pairs: 2 }]);
    expect(rows).toEqual([
      { rows: [["b", 3]], count: 9 },
      {
        rows: [
          ["b", 3],
          ["c", 2],
        ],
        count: 9,
      },
    ]);
  });

  test("that show more than was computed have a job of their own", async () => {
    const shared = new SharedRows();
    const asked: unknown[] = [];
    const compute = async (wanted: unknown) => {
      asked.push(wanted);
      return { rows: ROWS, count: 9 };
    };
    await shared.of(rdd, chart(1), [chart(1)], compute);
    await shared.of(rdd, chart(5), [chart(5)], compute);
    expect(asked).toEqual([
      { limit: 10, pairs: 1 },
      { limit: 10, pairs: 5 },
    ]);
  });

  test("leave those of other streams alone, and what ranks no pairs", async () => {
    const { asked } = await shown([chart(1), chart(7, other), chart(undefined)]);
    expect(asked[0]).toEqual({ limit: 10, pairs: 1 });
    expect(asked.at(-1)).toEqual({ limit: 10, largest: true });
  });
});
