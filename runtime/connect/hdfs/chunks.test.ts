import { afterEach, expect, test, vi } from "vitest";
import { CHUNK_BYTES, Chunks } from "./chunks.js";

afterEach(() => {
  vi.useRealTimers();
});

test("a chunk that was given back is taken again, once", () => {
  const chunks = new Chunks();
  const first = chunks.take();
  expect(first.length).toBe(CHUNK_BYTES);
  chunks.giveBack([first]);
  const again = chunks.take();
  expect(again).toBe(first);
  expect(chunks.take()).not.toBe(first);
});

test("chunks that nobody takes are let go", () => {
  vi.useFakeTimers();
  const chunks = new Chunks();
  const first = chunks.take();
  chunks.giveBack([first]);
  vi.runAllTimers();
  expect(chunks.take()).not.toBe(first);
});
