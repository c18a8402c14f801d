import { isWrite, type WriteParams } from "../../operators/write.js";
import type { OutputNode } from "../../plan/stream-node.js";
import { StreamError } from "../../stream-error.js";
import type { EngineCalls, RecoveryOptions } from "../port.js";
import type { PastRun } from "./batch-log.js";
import { refused } from "./fit-states.js";
import { namedStreams, readsQueue } from "./named-streams.js";
import type { RunLog } from "./run-log.js";
import { goOnBy, type StreamName } from "./stream-names.js";

/**
 * What a run goes on with: what its log has of the run before. Undefined where it begins anew; its log is then empty.
 * @throws StreamError RT_CHECKPOINT_READ, RT_CHECKPOINT_CHANGED, RT_CHECKPOINT_QUEUE
 */
export async function pastOf(
  log: RunLog,
  { batchMs, recovery }: Pick<EngineCalls["start"]["args"], "batchMs" | "recovery">,
  run: { workers: number; outputs: readonly OutputNode[]; warn(text: string): void },
): Promise<PastRun | undefined> {
  const past = recovery.goesOn ? await read(log, recovery, run.warn) : undefined;
  if (past === undefined) {
    await log.clear(recovery.goesOn);
    return undefined;
  }
  if (past.batchMs !== batchMs) {
    throw new StreamError(
      "RT_CHECKPOINT_CHANGED",
      `the checkpoint in ${recovery.folder} is of batches of ${past.batchMs} ms, and the context has ${batchMs} ms; give it the same, or another folder`,
    );
  }
  if (recovery.strict) checkNoQueue(run.outputs);
  checkWorkers(past, run.workers, run.outputs);
  return past;
}

/**
 * What the streams of a program are in what it goes on with.
 * @throws StreamError RT_CHECKPOINT_CHANGED where that cannot be told of one, and it is to be refused
 */
export function namesOf(
  past: PastRun,
  { names, recovery }: Pick<EngineCalls["start"]["args"], "names" | "recovery">,
  outputs: readonly OutputNode[],
  warn: (text: string) => void,
): StreamName[] {
  const streams = namedStreams(outputs.map(({ stream }) => stream));
  const goneOn = goOnBy(past, names, streams);
  const unclear = goneOn.unclear.join("; ");
  if (unclear !== "" && recovery.onChange === "refuse") throw refused(unclear);
  if (unclear !== "") warn(`streams of the checkpoint are not gone on with: ${unclear}`);
  return goneOn.names;
}

async function read(
  log: RunLog,
  { createOnError }: RecoveryOptions,
  warn: (text: string) => void,
): Promise<PastRun | undefined> {
  try {
    return await log.read();
  } catch (error) {
    if (!createOnError || !(error instanceof StreamError)) throw error;
    warn(`${error.message}; since createOnError was given, the program begins anew`);
    await log.clear(false);
    return undefined;
  }
}

/** @throws StreamError RT_CHECKPOINT_QUEUE, Spark's message */
function checkNoQueue(outputs: readonly OutputNode[]): void {
  if (!readsQueue(outputs)) return;
  throw new StreamError(
    "RT_CHECKPOINT_QUEUE",
    "queueStream doesn't support checkpointing. Please don't use queueStream when checkpointing is enabled.",
  );
}

/** What a batch has written by partition is known by its partition: one that is run again must be cut into the same. */
function checkWorkers(past: PastRun, workers: number, outputs: readonly OutputNode[]): void {
  const { plannedMs, committedMs } = past;
  const begun = past.workers ?? workers;
  if (plannedMs <= committedMs || begun === workers) return;
  const output = outputs.find(
    ({ stream }) => isWrite(stream.op) && ONCE.has((stream.params as WriteParams).delivery),
  );
  if (output === undefined) return;
  throw new StreamError(
    "RT_CHECKPOINT_CHANGED",
    `the batch at ${committedMs + past.batchMs} ms was begun with ${begun} workers, and there are ${workers} now: some of it may be written by \`${output.name}\`, whose partitions would be others; start the program with ${begun} workers, and when it has run on, with any`,
  );
}

/** How sinks write that know a record by its partition. */
const ONCE: ReadonlySet<string> = new Set(["idempotent", "exactly once"]);
