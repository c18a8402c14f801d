import { inspect } from "node:util";
import { type AvroReading, decodeAvro } from "./avro.js";
import { optionsError } from "./client.js";

/** What keys or values are: text in UTF-8, JSON, bytes as they are, or Avro of a schema. */
export type DecoderName = "string" | "json" | "bytes" | "avro";

/** What is made of a key or value by each decoder. */
export interface Decoded {
  string: string;
  json: unknown;
  bytes: Uint8Array;
  avro: unknown;
}

/** Makes a value of a part of some bytes. @throws what the decoder throws of bytes that are not its own */
export type Decode = (bytes: Buffer, at: number, length: number) => unknown;

const DECODERS: Readonly<Record<Exclude<DecoderName, "avro">, Decode>> = {
  string: (bytes, at, length) => bytes.toString("utf8", at, at + length),
  json: (bytes, at, length) => JSON.parse(bytes.toString("utf8", at, at + length)),
  // A copy: a view would keep all that came with it.
  bytes: (bytes, at, length) => Uint8Array.prototype.slice.call(bytes, at, at + length),
};

export function decoderOf(name: DecoderName, of: "key" | "value", { framed, ...avro }: AvroReading): Decode {
  if (name !== "avro") return DECODERS[name];
  const schema = avro[of] ?? "";
  return (bytes, at, length) => decodeAvro(schema, framed, bytes, at, length);
}

/** @throws StreamError RT_KAFKA_OPTIONS for another name, and where there is no schema */
export function checkDecoder(name: DecoderName, of: "key" | "value", avro: AvroReading): DecoderName {
  if (Object.hasOwn(DECODERS, name)) return name;
  if (name === "avro" && avro[of] !== undefined) return name;
  if (name === "avro")
    throw optionsError(`${of} is "avro", of which schema is said by avro: { ${of}: schema }`);
  throw optionsError(
    `${of} is ${[...Object.keys(DECODERS), "avro"]
      .map((one) => JSON.stringify(one))
      .join(", ")}, not ${inspect(name)}`,
  );
}
