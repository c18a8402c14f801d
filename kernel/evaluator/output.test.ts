import { beforeEach, describe, expect, test } from "vitest";
import type { FromEvaluator } from "../port/evaluator.js";
import { Output } from "./output.js";

let sent: FromEvaluator[];
let output: Output;
let nowMs: number;
beforeEach(() => {
  sent = [];
  nowMs = 0;
  const push = (message: FromEvaluator) => void sent.push(message);
  output = new Output(
    { send: push, hold: push, mark: () => undefined },
    (text) => text,
    () => nowMs,
  );
});

const texts = () => sent.map((m) => (m.type === "stream" ? `${m.cell} ${m.name} ${m.text}` : m.type));

/** Uses up what goes out at once. */
function flood(): void {
  for (let i = 0; i < 200; i++) output.stream("flood", "stdout", ".");
  output.flush();
  sent.length = 0;
}

describe("text", () => {
  test("goes out at once when there is little of it", () => {
    output.stream("a", "stdout", "1");
    output.stream("a", "stdout", "2");
    expect(texts()).toEqual(["a stdout 1", "a stdout 2"]);
  });

  test("is gathered when there is much, and goes out with the turn of the event loop", async () => {
    flood();
    for (let i = 0; i < 50; i++) output.stream("a", "stdout", "x");
    expect(texts()).toEqual([]);
    await Promise.resolve();
    expect(texts()).toEqual([`a stdout ${"x".repeat(50)}`]);
  });

  test("that is gathered goes out with the first that comes a moment later", () => {
    flood();
    output.stream("a", "stdout", "1");
    nowMs += 1;
    output.stream("a", "stdout", "2");
    output.stream("a", "stdout", "3");
    expect(texts()).toEqual(["a stdout 12"]);
  });

  test("that is gathered goes out before anything else that is sent", () => {
    flood();
    output.stream("a", "stdout", "1");
    output.stream("a", "stderr", "2");
    output.stream("b", "stderr", "3");
    output.send({ type: "clear", cell: "b", wait: false });
    expect(texts()).toEqual(["a stdout 1", "a stderr 2", "b stderr 3", "clear"]);
  });

  test("is cut into messages, but not inside a character", () => {
    output.stream("a", "stdout", "x".concat("😀".repeat(1_000_000)));
    const pieces = sent.map((m) => (m.type === "stream" ? m.text : ""));
    expect(pieces.length).toBeGreaterThan(2);
    expect(pieces.join("")).toBe("x".concat("😀".repeat(1_000_000)));
    expect(pieces.every((piece) => !/[\ud800-\udbff]$/.test(piece))).toBe(true);
  });

  test("that is empty is nothing", () => {
    output.stream("a", "stdout", "");
    output.flush();
    expect(sent).toEqual([]);
  });
});

test("what is caused by a message has it as its cell", () => {
  output.causedBy("message", () => {
    output.stream("a", "stdout", "1");
    output.send({ type: "clear", cell: "a", wait: true });
  });
  output.stream("a", "stdout", "2");
  expect(sent).toMatchObject([{ cell: "message" }, { cell: "message" }, { cell: "a" }]);
});

test("marks are counted", () => {
  expect([output.mark(), output.mark()]).toEqual([1, 2]);
});
