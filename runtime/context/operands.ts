import { inspect } from "node:util";
import { STAYS_HERE } from "../closure/closure-host.js";
import { StreamError } from "../stream-error.js";
import type { BaseDStream } from "./dstream-base.js";

/** @throws StreamError RT_NOT_A_FUNCTION */
export function checkFunction(f: unknown): void {
  if (typeof f === "function") return;
  throw new StreamError("RT_NOT_A_FUNCTION", `a function is needed here, not ${shown(f)}`);
}

/** @throws StreamError RT_NOT_ROWS */
export function checkRows(rows: unknown): void {
  if (typeof (rows as Iterable<unknown> | null | undefined)?.[Symbol.iterator] === "function") return;
  throw new StreamError(
    "RT_NOT_ROWS",
    `an array or another iterable of rows is needed here, not ${shown(rows)}`,
  );
}

/** @throws StreamError RT_NOT_AN_RDD */
export function checkRdds(op: string, others: readonly unknown[]): void {
  const stranger = others.findIndex((other) => kindOf(other) !== "an RDD");
  if (stranger < 0) return;
  throw new StreamError(
    "RT_NOT_AN_RDD",
    `\`${op}\` takes an RDD, not ${shown(others[stranger])}; make one of rows by sc.parallelize(rows)`,
  );
}

/**
 * Streams of another context would never have a batch in this one.
 * @throws StreamError RT_NOT_A_STREAM, RT_CONTEXTS
 */
export function checkStreams(op: string, context: object, streams: readonly unknown[]): void {
  for (const stream of streams) {
    checkStream(op, stream);
    if (stream.context === context) continue;
    throw new StreamError(
      "RT_CONTEXTS",
      `Some of the DStreams have different contexts: \`${op}\` takes streams of one StreamingContext, and ${stream.name} belongs to a different one; make both streams in the same context`,
    );
  }
}

function checkStream(op: string, stream: unknown): asserts stream is BaseDStream {
  if (kindOf(stream) === "a DStream") return;
  const wayOut =
    kindOf(stream) === "an RDD"
      ? `use transform((rdd) => rdd.${op}(other)) to have an RDD in each batch`
      : "make one by the context, for example by ssc.queueStream([rows])";
  throw new StreamError("RT_NOT_A_STREAM", `\`${op}\` takes a stream, not ${shown(stream)}; ${wayOut}`);
}

function kindOf(thing: unknown): unknown {
  return (thing as { [STAYS_HERE]?: unknown } | null | undefined)?.[STAYS_HERE];
}

function shown(thing: unknown): string {
  return inspect(thing, {
    depth: 1,
    maxArrayLength: 3,
    maxStringLength: 40,
    breakLength: Number.POSITIVE_INFINITY,
  });
}
