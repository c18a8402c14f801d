import { expect, test } from "vitest";
import { ManualClock } from "../time/clock.js";
import { DueBatches } from "./due-batches.js";
import type { RunLog } from "./recovery/run-log.js";
import type { RunInputs } from "./run-inputs.js";
import type { RunOutputs } from "./run-outputs.js";
import type { StreamGraph } from "./stream-graph.js";

/** Batches of a second without inputs or outputs, after one that ended at 0. */
function dueBatches(clock: ManualClock): DueBatches {
  return new DueBatches(
    {
      batchMs: 1000,
      workers: 1,
      clock,
      graph: { zeroMs: 0, run: "", slidesAt: () => true, receive: () => undefined } as unknown as StreamGraph,
      inputs: { taken: () => [], isPlanned: () => true } as unknown as RunInputs,
      outputs: { all: [] } as unknown as RunOutputs,
      log: {} as RunLog,
      onEvent: () => undefined,
    },
    0,
  );
}

test("a batch is submitted when it falls due, also one whose records are taken in its turn: its delay is what it waited", () => {
  const clock = new ManualClock(0);
  const batches = dueBatches(clock);
  const at = (timeMs: number, act: () => void) => {
    clock.advanceTo(timeMs);
    act();
  };
  const submitted: [batchMs: number, submittedMs: number][] = [];
  const run = () => {
    const info = batches.next()?.info;
    if (info !== undefined) submitted.push([info.batchTimeMs, info.submissionTimeMs]);
  };
  // A start that goes on: three batches fell due while there was no process.
  at(3500, () => batches.due(3000));
  at(3600, run);
  at(4000, () => batches.due(4000));
  at(4700, run);
  at(4800, run);
  at(5000, () => batches.due(5000));
  at(5900, run);
  at(6000, run);
  at(6001, () => batches.due(6000));
  at(6500, run);
  at(6600, run);
  expect(submitted).toEqual([
    [1000, 3500],
    [2000, 3500],
    [3000, 3500],
    [4000, 4000],
    [5000, 5000],
    [6000, 6001],
  ]);
});
