import { expect, test } from "vitest";
import { RecordBuffer } from "../connect/record-buffer.js";
import type { Source } from "../connect/source.js";
import type { SourceSpec } from "../operators/input.js";
import { type StreamNode, streamNode } from "../plan/stream-node.js";
import type { BatchInfo } from "./batch-info.js";
import type { RunLog } from "./recovery/run-log.js";
import { RunInputs } from "./run-inputs.js";

const MIB = 1 << 20;

/** The inputs of a run with one of a kind, which has what is pushed into a buffer. */
function inputsOf(kind: SourceSpec["kind"], buffer: RecordBuffer, maxRate?: number) {
  const source: Source = {
    open: () => undefined,
    take: (_timeMs, limit) => buffer.give(limit, 1),
    status: () => ({ what: "test", state: "connected", reason: "", records: 0, refused: 0, pending: 0 }),
    close: () => undefined,
  };
  const spec = { kind, from: { subscription: "of Kafka" } };
  const stream = streamNode("input", [], [], spec, { slideMs: 1 }) as unknown as StreamNode<SourceSpec>;
  const inputs = new RunInputs({
    batchMs: 1,
    rates: { maxRate, backpressure: undefined },
    log: { name: (id: string) => id, isCheckpoint: false } as RunLog,
    past: undefined,
    warn: () => undefined,
    openSource: () => source,
    onEvent: () => undefined,
  });
  inputs.set([stream]);
  /** How many records a batch takes. */
  const take = (timeMs: number) => {
    inputs.take(stream, timeMs);
    return inputs.taken(timeMs).map(({ record }) => record.count);
  };
  return { inputs, take };
}

test.each([
  ["receiver", 7],
  ["socketText", 7],
  ["webSocket", 7],
  ["kafka", 3],
  ["own", 3],
] as const)(
  "of ten records of an input of kind %s with a rate of three a batch, the last batch of a graceful end takes %d",
  (kind, last) => {
    const buffer = new RecordBuffer({ records: 1000, bytes: MIB });
    const { inputs, take } = inputsOf(kind, buffer, 3000);
    for (let i = 0; i < 10; i++) buffer.push("x", 1);
    expect(take(1)).toEqual([3]);
    inputs.close();
    expect([take(2), buffer.pending]).toEqual([[last], 7 - last]);
  },
);

test("an input with 128 MiB in batches that are not done gives nothing to the next, and what it has once they are", () => {
  const buffer = new RecordBuffer({ records: 1000, bytes: 64 * MIB });
  const { inputs, take } = inputsOf("receiver", buffer);
  /** How many of a batch's records were taken, of one more that arrived. */
  const batch = (timeMs: number) => {
    buffer.push("x", 64 * MIB);
    return take(timeMs);
  };
  const done = (batchTimeMs: number) =>
    inputs.completed({ batchTimeMs, records: [], submissionTimeMs: 0, outputs: [] } satisfies BatchInfo);
  expect([batch(1), batch(2), batch(3), batch(4)]).toEqual([[1], [1], [0], [0]]);
  expect(buffer.isFull).toBe(true);
  done(1);
  expect([batch(5), batch(6)]).toEqual([[3], [0]]);
  // A graceful end processes what was received, in the last batch.
  inputs.close();
  expect([batch(7), buffer.pending]).toEqual([[2], 0]);
});
