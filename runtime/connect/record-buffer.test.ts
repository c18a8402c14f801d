import { expect, test } from "vitest";
import { RecordBuffer } from "./record-buffer.js";

test("a buffer is full by its records or its bytes, and whoever waits goes on when a batch has made room", () => {
  const buffer = new RecordBuffer({ records: 3, bytes: 100 });
  const gone: string[] = [];
  buffer.push("a", 10);
  buffer.whenRoom(() => gone.push("at once"));
  buffer.push("b", 100);
  buffer.whenRoom(() => gone.push("after b"));
  expect([buffer.isFull, buffer.pending, gone]).toEqual([true, 2, ["at once"]]);
  expect(buffer.take(1)).toEqual(["a"]);
  expect([buffer.isFull, gone]).toEqual([true, ["at once"]]);
  expect(buffer.take(10)).toEqual(["b"]);
  expect([buffer.isFull, buffer.received, gone]).toEqual([false, 2, ["at once", "after b"]]);
  for (const record of [1, 2, 3]) buffer.push(record, 1);
  expect(buffer.isFull).toBe(true);
});
