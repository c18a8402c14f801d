import { inspect } from "node:util";
import { STAYS_HERE } from "../closure/closure-host.js";
import type { CsvSyntaxOptions } from "../connect/files/csv-file.js";
import type { MapAsyncOptions } from "../operators/map-async-options.js";
import { StorageLevel } from "../rows/storage-level.js";
import { StreamError } from "../stream-error.js";
import { Duration } from "../time/duration.js";
import { Time } from "../time/time.js";
import type { BaseDStream } from "./dstream-base.js";
import type { Operand } from "./signatures.js";

/** Checked where it is used, by a message of its own; or really anything. */
export const ANY = operand("", "anything", () => true);

export const FUNCTION = operand("RT_NOT_A_FUNCTION", "a function", (value) => typeof value === "function");

export const ROWS = operand(
  "RT_NOT_ROWS",
  "an array or another iterable of rows",
  (value) => typeof (value as Iterable<unknown> | null | undefined)?.[Symbol.iterator] === "function",
);

export const LIST = operand("RT_NOT_A_LIST", "an array", Array.isArray);

/** Whether something is there of this name is another question. */
export const PATH = operand(
  "RT_PATH",
  'a path as text, such as "data/words.txt"',
  (value) => typeof value === "string" && value !== "",
);

export const TEXT = operand("RT_NOT_TEXT", "a text", (value) => typeof value === "string");

export const NAME = operand(
  "RT_NOT_TEXT",
  "a text that is not empty",
  (value) => typeof value === "string" && value !== "",
);

export const NULL = operand("", "null", (value) => value === null);

export const FLAG = operand("RT_NOT_A_FLAG", "true or false", (value) => typeof value === "boolean");

/** An object of whatever fields. */
export const OPTIONS = operand(
  "RT_OPTIONS",
  "an object of options, such as { name: value }",
  (value) => isObject(value) && !Array.isArray(value),
);

/** Within which limits is checked where it is used. */
export const NUMBER = operand("RT_NOT_A_NUMBER", "a number", (value) => typeof value === "number");

export const SEED = operand("RT_NOT_A_NUMBER", "a finite number, from which chance begins", Number.isFinite);

export const WHOLE = operand("RT_NOT_A_NUMBER", "a whole number", Number.isSafeInteger);

export const COUNT = operand(
  "RT_NOT_A_NUMBER",
  "a whole number of at least 1",
  (value) => Number.isSafeInteger(value) && Number(value) >= 1,
);

export const TIMEOUT_MS = operand(
  "RT_TIMEOUT",
  "a number of milliseconds of at least 0",
  (value) => typeof value === "number" && value >= 0,
);

export const TIME = operand("RT_TIME", "a Time, or a whole number of milliseconds since 1970", (value) =>
  Number.isSafeInteger(value instanceof Time ? value.ms : value),
);

export const BYTES = operand(
  "RT_NOT_BYTES",
  "bytes, a Uint8Array or a Buffer; text becomes bytes by Buffer.from(text)",
  (value) => value instanceof Uint8Array,
);

export const NUMBERS = operand(
  "RT_NOT_A_LIST",
  "an array of numbers",
  (value) => Array.isArray(value) && value.every((one) => typeof one === "number"),
);

export const TEXTS = operand(
  "RT_NOT_A_LIST",
  "an array of texts",
  (value) => Array.isArray(value) && value.every((one) => typeof one === "string"),
);

/** Of whose rows it is, and in which context, is not asked. */
export const ANY_RDD = operand(
  "RT_NOT_AN_RDD",
  "an RDD, as sc.parallelize(rows) makes one",
  (value) => kindOf(value) === "an RDD",
);

export const ANY_STREAM = operand("RT_NOT_A_STREAM", "a stream", (value) => kindOf(value) === "a DStream");

export const STREAMS = operand("RT_NOT_A_STREAM", "an array of streams", Array.isArray);

export const LISTENER = operand(
  "RT_LISTENER",
  "an object with methods of a StreamingListener, such as onBatchCompleted",
  OPTIONS.holds,
);

/** Options of a type: each that there is, with what it may be. Others are refused, with the name that they may stand for. */
export function optionsOf<T extends object>(fields: Fields<T>): Operand {
  return { ...OPTIONS, fields, isClosed: true };
}

/** Operands of all fields of a type. */
export type Fields<T extends object> = Readonly<Record<keyof T & string, Operand>>;

/** Of `mapAsync`, of RDDs and of streams. */
export const MAP_ASYNC = optionsOf<MapAsyncOptions>({ concurrency: ANY });

/** Of how CSV is written. */
export const CSV_SYNTAX: Fields<CsvSyntaxOptions> = {
  delimiter: optional(TEXT),
  quote: optional(TEXT),
  escape: optional(TEXT),
};

/** It may be left out. */
export function optional(what: Operand): Operand {
  return { ...what, holds: (value) => value === undefined || what.holds(value) };
}

/** What `toDuration` reads, or refuses with more to say. */
export const DURATION = operand(
  "RT_DURATION",
  'a duration: milliseconds, or a text such as "10 seconds"',
  (value) => typeof value === "number" || typeof value === "string" || value instanceof Duration,
);

export const PARTITIONS = operand(
  "RT_PARTITIONS",
  "a number of partitions, or a partitioner { numPartitions, getPartition(key) }",
  (value) => typeof value === "number" || hasMethods(value, "getPartition"),
);

export const PARTITIONER = operand(
  "RT_PARTITIONS",
  "a partitioner { numPartitions, getPartition(key) }",
  (value) => hasMethods(value, "getPartition"),
);

export const LEVEL = operand(
  "RT_STORAGE_LEVEL",
  "a StorageLevel, such as StorageLevel.MEMORY_ONLY",
  (value) => Object.values<unknown>(StorageLevel).includes(value),
);

/** An object with these methods. @param is for people */
export function having(code: string, is: string, ...methods: string[]): Operand {
  return operand(code, is, (value) => hasMethods(value, ...methods));
}

/** One of these values. */
export function oneOf(code: string, ...values: string[]): Operand {
  const is = `one of ${values.map((value) => JSON.stringify(value)).join(", ")}`;
  return operand(code, is, (value) => values.includes(value as string));
}

/** One of them; an object is looked at as that of them which has fields. @param is for people */
export function either(code: string, is: string, ...ones: Operand[]): Operand {
  const { fields, isClosed = false } = ones.find((one) => one.fields !== undefined) ?? {};
  return {
    code,
    is,
    holds: (value) => ones.some((one) => one.holds(value)),
    ...(fields && { fields, isClosed }),
  };
}

function operand(code: string, is: string, holds: (value: unknown) => boolean): Operand {
  return { code, is, holds };
}

function hasMethods(value: unknown, ...methods: string[]): boolean {
  return isObject(value) && methods.every((name) => typeof (value as never)[name] === "function");
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** @throws StreamError RT_NOT_A_FUNCTION */
export function checkFunction(f: unknown): void {
  if (typeof f === "function") return;
  throw new StreamError("RT_NOT_A_FUNCTION", `a function is needed here, not ${shown(f)}`);
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
