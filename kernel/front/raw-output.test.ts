import { describe, expect, it } from "vitest";
import { rawMark } from "../port/evaluator.js";
import { RawOutput } from "./raw-output.js";

function read(chunks: Iterable<Buffer>, flush = true): string[] {
  const seen: string[] = [];
  const raw = new RawOutput(
    (text) => seen.push(text),
    (mark) => seen.push(`#${mark}`),
  );
  for (const chunk of chunks) raw.push(chunk);
  if (flush) raw.flush();
  return seen;
}

function* bytesOf(text: string): Iterable<Buffer> {
  for (const byte of Buffer.from(text)) yield Buffer.from([byte]);
}

describe("raw output", () => {
  const text = `näh 😀\n${rawMark(1)}late${rawMark(2)}${rawMark(3)}end`;

  it("gives texts and marks in the order in which they were written", () => {
    expect(read([Buffer.from(text)])).toEqual(["näh 😀\n", "#1", "late", "#2", "#3", "end"]);
  });

  it("gives the same when every byte comes alone", () => {
    const joined = read(bytesOf(text)).join("");
    expect(joined).toBe("näh 😀\n#1late#2#3end");
  });

  it("gives the same wherever it is cut in two", () => {
    const bytes = Buffer.from(text);
    for (let cut = 0; cut <= bytes.length; cut++) {
      expect(read([bytes.subarray(0, cut), bytes.subarray(cut)]).join("")).toBe("näh 😀\n#1late#2#3end");
    }
  });

  it.each([
    "\u0000",
    "a\u0000b",
    "\u0000\u001emillrace-en",
    "\u0000\u001emillrace-end not a number, and no end of it at all",
  ])("gives out honest text that looks like a mark: %j", (honest) => {
    expect(read([Buffer.from(honest)]).join("")).toBe(honest);
  });

  it("holds back no text that cannot become a mark", () => {
    expect(read([Buffer.from("prompt> ")], false)).toEqual(["prompt> "]);
  });
});
