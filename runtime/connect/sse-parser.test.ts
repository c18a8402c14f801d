import { describe, expect, test } from "vitest";
import { SseParser } from "./sse-parser.js";

const TEXT =
  "\ufeff: a comment\n\ndata: one\n\nevent: tick\r\ndata: two\r\ndata:three\r\nid: 7\r\n\r\nretry: 50\rdata\r\rid\n\nevent: nothing\n\ndata: last\nunknown: x\n__proto__: x\n\ndata: unfinished\n";

const EVENTS = [
  { type: "message", data: "one", lastEventId: "" },
  { type: "tick", data: "two\nthree", lastEventId: "7" },
  { type: "message", data: "", lastEventId: "7" },
  { type: "message", data: "last", lastEventId: "" },
];

describe("events are read as the HTML standard says, however their text is cut", () => {
  test.each(Array.from({ length: TEXT.length }, (_, cut) => cut))("cut after character %i", (cut) => {
    const parser = new SseParser("");
    expect([...parser.push(TEXT.slice(0, cut)), ...parser.push(TEXT.slice(cut))]).toEqual(EVENTS);
    expect([parser.retryMs, parser.lastId]).toEqual([50, ""]);
  });

  test("character by character", () => {
    const parser = new SseParser("before");
    expect([...TEXT].flatMap((character) => parser.push(character))).toMatchObject(
      EVENTS.map(({ data }) => ({ data })),
    );
  });
});

test("an event whose lines end with a single \\r is there with the last of them, and a \\n that comes later is no line", () => {
  const parser = new SseParser("");
  expect(parser.push("data: x\r\r")).toMatchObject([{ data: "x" }]);
  expect(parser.push("\ndata: y\r")).toEqual([]);
  expect(parser.push("")).toEqual([]);
  expect(parser.push("\ndata: z\n\n")).toMatchObject([{ data: "y\nz" }]);
});

test("an event that was cut off has not come: its id is not that of the last one", () => {
  const parser = new SseParser("6");
  expect(parser.push("id: 7\ndata: lost with the conn")).toEqual([]);
  expect(parser.lastId).toBe("6");
});
