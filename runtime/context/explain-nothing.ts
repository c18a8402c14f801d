import type { RunStatus } from "../engine/run-status.js";
import { clockTime } from "../time/time.js";
import type { DStream } from "./dstream.js";

/** What there is to know of a context and its last batch. */
export interface Evidence {
  state: "INITIALIZED" | "ACTIVE" | "STOPPED";
  status: RunStatus | undefined;
  /** How many records a stream has in its last batch; undefined when it has no RDD. */
  count(stream: DStream<unknown>): Promise<number | undefined>;
}

/**
 * Why a stream gives nothing, in a sentence: it does not run, its first slide is yet to come, its inputs brought nothing, or one of the
 * streams it is made of leaves nothing over.
 */
export async function explainNothing(stream: DStream<unknown>, evidence: Evidence): Promise<string> {
  const early = notRunning(evidence) ?? noSlideYet(stream, evidence.status);
  if (early !== undefined) return early;
  const given = await evidence.count(stream);
  if (given === undefined) return `\`${stream.name}\` had no RDD for the last batch: ${NO_RDD}`;
  if (given > 0) return `\`${stream.name}\` did give ${records(given)} in its last batch`;
  return emptied(stream, evidence);
}

const NO_RDD = "a queue gave null, or it joined after the batch";

function notRunning({ state, status }: Evidence): string | undefined {
  if (state === "INITIALIZED") return "its context was not started: call start()";
  if (state === "STOPPED")
    return status === undefined || status.failure === ""
      ? "its context is stopped: call start() again"
      : `its context stopped: ${status.failure}`;
  return undefined;
}

function noSlideYet(stream: DStream<unknown>, status: RunStatus | undefined): string | undefined {
  if (status === undefined) return "its context has only begun to start";
  const firstMs = status.zeroMs + stream.slideDuration.ms;
  const doneMs = status.last?.batchTimeMs ?? status.zeroMs;
  if (doneMs >= firstMs) return undefined;
  const behind =
    status.waiting + status.lag > 0
      ? `; ${status.waiting + status.lag} batches wait: the streams are late`
      : "";
  return `it slides every ${stream.slideDuration.brief}, for the first time at ${clockTime(firstMs)} (${firstMs} ms); batches are done up to ${doneMs} ms${behind}`;
}

/** The first stream on the way from the inputs that has nothing though its own streams have. */
async function emptied(stream: DStream<unknown>, evidence: Evidence): Promise<string> {
  const empty: DStream<unknown>[] = [];
  for (const parent of stream.dependencies) {
    const count = await evidence.count(parent);
    if (count === undefined || count === 0) empty.push(parent);
  }
  if (stream.dependencies.length === 0) return noInput(stream, evidence.status);
  if (empty.length === 0) {
    const counts = await Promise.all(stream.dependencies.map((parent) => evidence.count(parent)));
    const got = counts.map((count) => records(count ?? 0)).join(" and ");
    return `${nameOf(stream)} left nothing over of the ${got} that it got in the last batch`;
  }
  return emptied(empty[0] as DStream<unknown>, evidence);
}

function noInput(stream: DStream<unknown>, status: RunStatus | undefined): string {
  const last = status?.last;
  const input = last?.records.find(({ streamId }) => streamId === stream.node.id)?.input ?? stream.name;
  const source = status?.inputs.find(({ what }) => what === input);
  const how = source === undefined ? "" : ` (${[source.state, source.reason].filter(Boolean).join(": ")})`;
  const ever =
    source === undefined || source.records === 0 ? "has brought nothing so far" : "brought nothing";
  return `the input ${input}${how} ${ever} for the last batch`;
}

function nameOf(stream: DStream<unknown>): string {
  return stream.name === stream.node.op ? `\`${stream.name}\`` : `\`${stream.name}\` (${stream.node.op})`;
}

function records(count: number): string {
  return count === 1 ? "1 record" : `${count.toLocaleString("en-US")} records`;
}
