import { expect, test } from "vitest";
import { countNewlines } from "./count-newlines.js";

test.each([0, 1, 15, 1023, 1024, 1025, 4079, 4080, 4081, 65_279, 65_280, 65_281, 200_000])(
  "newlines are counted in %i bytes, wherever these begin and however many there are",
  (length) => {
    for (const [every, offset] of [
      [1, 0],
      [2, 1],
      [7, 3],
      [1000, 17],
    ] as const) {
      const bytes = Uint8Array.from({ length: length + offset + 5 }, (_, i) =>
        i % every === 0 ? 10 : i % 256,
      );
      const expected = bytes.subarray(offset, offset + length).filter((byte) => byte === 10).length;
      expect(countNewlines(bytes, offset, offset + length)).toBe(expected);
    }
  },
);
