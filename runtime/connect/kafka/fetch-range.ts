import type { Cancellation } from "../../pool/cancellation.js";
import { StreamError } from "../../stream-error.js";
import { stopwatch } from "../../time/clock.js";
import { EARLIEST, type KafkaConnection, LATEST, type Tell } from "./connection.js";
import { FetchedBatches } from "./fetched-batches.js";
import type { OffsetRange } from "./offset-range.js";
import { batchesIn, isAbort } from "./record-batch.js";
import { type Fetched, fetchRequest } from "./requests.js";

/** Of one answer. */
const MAX_BYTES = 8 << 20;

/** How long the broker waits for what should be there; then it is asked again. */
const MAX_WAIT_MS = 500;

/**
 * The batches of a range, those of aborted transactions and the ends of transactions left out. All of it is fetched before the
 * first is read: what reads them is synchronous.
 * @throws StreamError RT_KAFKA_OFFSET when records of the range are gone, RT_KAFKA
 */
export async function fetchRange(
  connection: KafkaConnection,
  range: OffsetRange,
  cancellation: Cancellation,
  tell: Tell,
): Promise<FetchedBatches> {
  const { topic, partition, untilOffset } = range;
  const subject = { ...connection.subject, topic };
  const batches = new FetchedBatches();
  const waitedMs = stopwatch();
  for (let offset = range.fromOffset; offset < untilOffset; ) {
    const fetched = await connection.patiently(subject, cancellation.signal, tell, async () => {
      const broker = await connection.leader(topic, partition);
      const of = { topic, partition, offset, maxBytes: MAX_BYTES, maxWaitMs: MAX_WAIT_MS };
      try {
        return await connection.send(broker, fetchRequest(of));
      } catch (error) {
        throw (error as { type?: string }).type === "OFFSET_OUT_OF_RANGE"
          ? await gone(connection, range)
          : error;
      }
    });
    const next = take(fetched, range, batches);
    if (next === undefined && waitedMs() > connection.spec.patienceMs)
      throw notThere(connection, range, offset);
    offset = next ?? offset;
  }
  return batches;
}

/** @returns the offset to go on at; undefined when nothing came */
function take({ bytes, aborted }: Fetched, range: OffsetRange, into: FetchedBatches): number | undefined {
  const waiting = [...aborted].sort((a, b) => a.firstOffset - b.firstOffset);
  const aborting = new Set<number>();
  let next: number | undefined;
  for (const batch of batchesIn(bytes)) {
    next = batch.lastOffset + 1;
    while (waiting[0] !== undefined && waiting[0].firstOffset <= batch.lastOffset)
      aborting.add(waiting.shift()?.producerId ?? -1);
    if (batch.isControl) {
      if (isAbort(batch)) aborting.delete(batch.producerId);
    } else if (!batch.isTransactional || !aborting.has(batch.producerId)) {
      if (batch.lastOffset >= range.fromOffset && batch.baseOffset < range.untilOffset) into.add(batch);
    }
    if (next >= range.untilOffset) break;
  }
  return next;
}

async function gone(connection: KafkaConnection, range: OffsetRange): Promise<StreamError> {
  const { topic, partition, fromOffset, untilOffset } = range;
  const [earliest = -1] = await connection.offsets([{ topic, partition }], EARLIEST);
  const [latest = -1] = await connection.offsets([{ topic, partition }], LATEST);
  if (fromOffset >= earliest)
    return new StreamError(
      "RT_KAFKA_OFFSET",
      `offsets ${fromOffset} to ${untilOffset} of ${topic}, partition ${partition}, are not there: it has those from ${earliest} until ${latest}; it was made anew, or lost what was last written, or a program asked for more than there is`,
    );
  return new StreamError(
    "RT_KAFKA_OFFSET",
    `offsets ${fromOffset} to ${untilOffset} of ${topic}, partition ${partition}, are gone: the oldest record is at ${earliest}; raise the topic's retention, or begin anew from there with another checkpoint folder or group`,
  );
}

function notThere(
  { spec }: KafkaConnection,
  { topic, partition, untilOffset }: OffsetRange,
  offset: number,
): Error {
  const seconds = spec.patienceMs / 1000;
  return new StreamError(
    "RT_KAFKA_OFFSET",
    `${topic}, partition ${partition}, has had no record at offset ${offset} for ${seconds} s, though it went on to ${untilOffset} before: it was made anew, or lost what was last written`,
  );
}
