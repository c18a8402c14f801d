import { describe, expect, it } from "vitest";
import { encodeFrame, FrameReader } from "./frame.js";

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

describe("a frame", () => {
  it("is read as it was written, however its bytes are cut", () => {
    const sent = [
      { message: { text: "größer" }, buffers: [bytes(1, 2, 3), bytes()] },
      { message: null, buffers: [] },
    ];
    const stream = Buffer.concat(sent.map(({ message, buffers }) => encodeFrame(message, buffers)));
    for (const size of [1, 3, stream.length]) {
      const reader = new FrameReader();
      const read = [];
      for (let at = 0; at < stream.length; at += size)
        read.push(...reader.push(stream.subarray(at, at + size)));
      expect(
        read.map(({ message, buffers }) => ({ message, buffers: buffers.map((part) => bytes(...part)) })),
      ).toEqual(sent);
    }
  });

  it("is refused by the writer when the reader would take it for corruption", () => {
    const mebibytes64 = new Uint8Array(2 ** 26);
    const buffers = Array.from({ length: 16 }, () => mebibytes64);
    expect(() => encodeFrame({}, buffers)).toThrow(
      new RangeError(
        "a message of 1073741898 bytes is larger than the 1073741824 bytes that can be sent at once: send it in parts",
      ),
    );
  });
});
