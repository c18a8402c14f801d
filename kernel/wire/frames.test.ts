import { describe, expect, it } from "vitest";
import { joinFrames, splitFrames } from "./frames.js";

const parts = (...texts: string[]) => texts.map((text) => Buffer.from(text));

describe("frames", () => {
  it("splits at the delimiter into identities, signature, four signed parts and buffers", () => {
    const frames = splitFrames(
      parts("id1", "id2", "<IDS|MSG>", "sig", "{h}", "{p}", "{m}", "{c}", "b1", "b2"),
    );
    expect(frames).toEqual({
      identities: parts("id1", "id2"),
      signature: Buffer.from("sig"),
      signed: parts("{h}", "{p}", "{m}", "{c}"),
      buffers: parts("b1", "b2"),
    });
  });

  it("joins what it has split", () => {
    const message = parts("id", "<IDS|MSG>", "", "h", "p", "m", "c", "buffer");
    const frames = splitFrames(message);
    expect(frames && joinFrames(frames)).toEqual(message);
  });

  it.each([
    ["nothing", []],
    ["no delimiter", ["id", "sig", "h", "p", "m", "c"]],
    ["nothing after the delimiter", ["id", "<IDS|MSG>"]],
    ["a part too few", ["<IDS|MSG>", "sig", "h", "p", "m"]],
  ])("is not a message: %s", (_, texts) => {
    expect(splitFrames(parts(...texts))).toBeUndefined();
  });

  it("takes a delimiter inside a buffer for a part of the buffer", () => {
    const frames = splitFrames(parts("<IDS|MSG>", "s", "h", "p", "m", "c", "<IDS|MSG>"));
    expect(frames?.buffers).toEqual(parts("<IDS|MSG>"));
  });
});
