import { createRequire } from "node:module";
import type { Type } from "avsc";
import { optionsError } from "./client.js";

/** A schema of Avro, as JSON or its text. */
export type AvroSchema = string | object;

/** How keys and values are read that are "avro". */
export interface AvroOptions {
  key?: AvroSchema;
  value?: AvroSchema;
  /** Whether five bytes stand before each, as the registry of Confluent has it: a 0, and the number of the schema, which is not asked for. */
  framed?: boolean;
}

/** The same as plain data: texts. */
export interface AvroReading {
  key: string | undefined;
  value: string | undefined;
  framed: boolean;
}

const FRAME_BYTES = 5;

/** Of this thread, by their schemas. */
const TYPES = new Map<string, Type>();

/** @throws StreamError RT_KAFKA_OPTIONS for what is no schema */
export function avroReading({ key, value, framed = false }: AvroOptions): AvroReading {
  return { key: textOf("key", key), value: textOf("value", value), framed };
}

/** A value of a part of some bytes, all of them. @throws Error where they are not of the schema */
export function decodeAvro(
  schema: string,
  framed: boolean,
  bytes: Buffer,
  at: number,
  length: number,
): unknown {
  if (!framed) return typeOf(schema).fromBuffer(bytes.subarray(at, at + length));
  if (length < FRAME_BYTES || bytes[at] !== 0)
    throw new Error("it does not begin with a 0 and the number of a schema, as what is framed does");
  return typeOf(schema).fromBuffer(bytes.subarray(at + FRAME_BYTES, at + length));
}

function textOf(of: "key" | "value", schema: AvroSchema | undefined): string | undefined {
  if (schema === undefined) return undefined;
  const text = typeof schema === "string" ? schema : JSON.stringify(schema);
  try {
    typeOf(text);
  } catch (error) {
    throw optionsError(`avro.${of} is no schema of Avro: ${(error as Error).message}`);
  }
  return text;
}

function typeOf(schema: string): Type {
  const known = TYPES.get(schema);
  if (known !== undefined) return known;
  // Where the first schema is met: nobody else waits for it to load.
  const avro = createRequire(import.meta.url)("avsc") as typeof import("avsc");
  const type = avro.Type.forSchema(JSON.parse(schema), { omitRecordMethods: true });
  TYPES.set(schema, type);
  return type;
}
