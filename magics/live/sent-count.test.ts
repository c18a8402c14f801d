import { expect, test } from "vitest";
import { countSent, sentCounter } from "./sent-count.js";

test("messages of all engine threads that were started since are counted", () => {
  const early = sentCounter();
  const sent = countSent();
  expect(sent()).toBe(0);
  const [first, second] = [sentCounter(), sentCounter()];
  first();
  second();
  first();
  early();
  expect(sent()).toBe(3);
});
