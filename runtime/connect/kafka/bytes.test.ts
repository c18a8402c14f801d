import { expect, test } from "vitest";
import { ByteWriter } from "./bytes.js";

const WRITES: Record<string, [write: (writer: ByteWriter) => unknown, bytes: number[]]> = {
  "a byte": [(writer) => writer.int8(7), [7]],
  "a small number": [(writer) => writer.int16(258), [1, 2]],
  "a number": [(writer) => writer.int32(-2), [255, 255, 255, 254]],
  "an offset": [(writer) => writer.int64(2 ** 33 + 5), [0, 0, 0, 2, 0, 0, 0, 5]],
  "a text": [(writer) => writer.text("ab"), [0, 2, 97, 98]],
  "a short text": [(writer) => writer.compactText("ab"), [3, 97, 98]],
  bytes: [(writer) => writer.bytes(Uint8Array.of(8, 9)), [8, 9]],
  "a varint": [(writer) => writer.varint(-300), [215, 4]],
};

test.each(Object.entries(WRITES))(
  "%s is written where the writer has to grow for it",
  (_what, [write, bytes]) => {
    const writer = new ByteWriter(3).bytes(Uint8Array.of(1, 2, 3));
    write(writer);
    expect([...writer.written]).toEqual([1, 2, 3, ...bytes]);
  },
);
