import { expect, test } from "vitest";
import { ByteWindow } from "./byte-window.js";

test("a record that goes on far beyond its range is read in few pieces, since it is gone through after each", () => {
  let left = 16 << 20;
  let reads = 0;
  const reader = {
    read: (_into: Uint8Array, _offset: number, length: number) => {
      const got = Math.min(left, length);
      left -= got;
      reads += 1;
      return got;
    },
  };
  const window = new ByteWindow("/long", reader, 0, 1 << 20);
  while (!window.fill());
  expect(window.bytes.length).toBe(16 << 20);
  expect(reads).toBeLessThan(40);
});
