import { inspect } from "node:util";
import { optionsError } from "./client.js";

/** What keys or values are: text in UTF-8, JSON, or bytes as they are. */
export type DecoderName = "string" | "json" | "bytes";

/** What is made of a key or value by each decoder. */
export interface Decoded {
  string: string;
  json: unknown;
  bytes: Uint8Array;
}

/** Makes a value of a part of some bytes. @throws what the decoder throws of bytes that are not its own */
export type Decode = (bytes: Buffer, at: number, length: number) => unknown;

const DECODERS: Readonly<Record<DecoderName, Decode>> = {
  string: (bytes, at, length) => bytes.toString("utf8", at, at + length),
  json: (bytes, at, length) => JSON.parse(bytes.toString("utf8", at, at + length)),
  // A copy: a view would keep all that came with it.
  bytes: (bytes, at, length) => Uint8Array.prototype.slice.call(bytes, at, at + length),
};

export function decoderOf(name: DecoderName): Decode {
  return DECODERS[name];
}

/** @throws StreamError RT_KAFKA_OPTIONS for another name */
export function checkDecoder(name: DecoderName, of: "key" | "value"): DecoderName {
  if (Object.hasOwn(DECODERS, name)) return name;
  throw optionsError(
    `${of} is ${Object.keys(DECODERS)
      .map((one) => JSON.stringify(one))
      .join(", ")}, not ${inspect(name)}`,
  );
}
