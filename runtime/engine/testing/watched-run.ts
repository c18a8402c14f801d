import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Patience } from "../../connect/patience.js";
import type { Source } from "../../connect/source.js";
import { inputStream } from "../../operators/input.js";
import { parallelizeNode } from "../../operators/parallelize.js";
import { newNodeId } from "../../plan/rdd-node.js";
import type { OutputNode, StreamNode } from "../../plan/stream-node.js";
import type { Printed } from "../../pool/task.js";
import { ManualClock } from "../../time/clock.js";
import { RunLog } from "../recovery/run-log.js";
import { StreamRun } from "../stream-run.js";
import { watchedRunner } from "./watched-runner.js";

const PATIENCE = new Patience("the stream", () => undefined);

interface WatchedRunOptions {
  /** Whether bodies of foreachRDD end when the test lets them. */
  waitForBodies?: boolean;
  onFailure?: "skip" | "stop";
  /** The pairs of a batch. */
  pairsOf?: (timeMs: number) => [unknown, unknown][];
  takePrinted?: () => Printed;
}

/**
 * For tests: a run over a {@link watchedRunner}, of batches of a second on a manual clock, with the rows of its outputs, what it
 * tells, and the bodies it waits for. Unless `onFailure` is "stop", a batch waits for its bodies.
 */
export function watchedRun({
  waitForBodies = true,
  onFailure = "skip",
  pairsOf = () => [["k", 1]],
  takePrinted,
}: WatchedRunOptions = {}) {
  const watched = watchedRunner(takePrinted);
  const { runner } = watched;
  const clock = new ManualClock();
  const rows: [output: string, timeMs: number, rows: unknown[]][] = [];
  const bodies: (() => void)[] = [];
  const transforms: number[] = [];
  const warnings: string[] = [];
  const folder = mkdtempSync(join(tmpdir(), "watched-run-"));
  const source: Source = {
    open: () => undefined,
    take: (timeMs) => ({ rdd: parallelizeNode(pairsOf(timeMs), 1), records: pairsOf(timeMs).length }),
    status: () => ({ what: "pairs", state: "connected", reason: "", records: 0, refused: 0, pending: 0 }),
    close: () => undefined,
  };
  const run = new StreamRun({
    batchMs: 1000,
    onFailure,
    log: new RunLog(folder, false, runner.states, PATIENCE),
    past: undefined,
    patience: PATIENCE,
    onChange: "refuse",
    warn: (text) => warnings.push(text),
    workers: 2,
    clock,
    runner,
    presenter: {
      rows: (output, timeMs, given) => rows.push([output.name, timeMs, given]),
      printed: () => undefined,
      jobProgress: () => undefined,
      batchCompleted: () => undefined,
      stopped: () => undefined,
      removed: () => undefined,
    },
    forget: (rdds) => runner.forget(rdds),
    openSource: () => source,
    programRdd: (id) => {
      throw new Error(`the program made no RDD ${id}`);
    },
    rememberMs: 0,
    rates: { maxRate: undefined, backpressure: undefined },
    onEvent: () => undefined,
    commitSink: async () => undefined,
    callTransform: async (_stream, [rdd], timeMs) => {
      transforms.push(timeMs);
      return rdd as never;
    },
    callBody: async () => {
      if (waitForBodies) await new Promise<void>((resolve) => bodies.push(resolve));
    },
    onBatch: () => undefined,
    onStopped: () => undefined,
  });
  const input = inputStream({ kind: "queue", oneAtATime: true, otherwise: "empty" }, 1000);
  return { ...watched, run, clock, rows, bodies, transforms, warnings, input };
}

/** An output of ten rows, that goes by its kind. */
export function outputOf(kind: OutputNode["kind"], stream: StreamNode, tag: unknown = null): OutputNode {
  return { id: newNodeId(), kind, stream, name: kind, take: { limit: 10, largest: false }, tag };
}
