import { describe, expect, it } from "vitest";
import { Codec, type Incoming } from "./message.js";
import { Signature } from "./signature.js";

const codec = (key = "key") =>
  new Codec({ signature: new Signature(key, "hmac-sha256"), session: "s", username: "u", now: () => 0 });

function sent(message: Incoming | string): Incoming {
  if (typeof message === "string") throw new Error(`dropped: ${message}`);
  return message;
}

/** Frames of an unsigned message with one part replaced. */
function withPart(index: number, text: string): Buffer[] {
  const frames = codec("").encode([], undefined, { type: "t", content: {} });
  frames[index] = Buffer.from(text);
  return frames;
}

describe("messages", () => {
  it("come back from the wire as they were sent", () => {
    const frames = codec().encode([Buffer.from("id")], undefined, {
      type: "comm_msg",
      content: { text: "π 😀 \\ud83d" },
      metadata: { m: 1 },
      buffers: [new Uint8Array([1, 2, 3]).subarray(1)],
    });
    const message = sent(codec().decode(frames));
    expect(message).toMatchObject({
      id: "s_1",
      type: "comm_msg",
      session: "s",
      identities: [Buffer.from("id")],
      parentId: undefined,
      content: { text: "π 😀 \\ud83d" },
      metadata: { m: 1 },
      buffers: [Buffer.from([2, 3])],
    });
    expect(JSON.parse(message.headerJson)).toEqual({
      msg_id: "s_1",
      msg_type: "comm_msg",
      session: "s",
      username: "u",
      date: "1970-01-01T00:00:00.000Z",
      version: "5.5",
    });
  });

  it("carry the header of their parent as the very text that came in", () => {
    const headerJson = '{"msg_id": "p",  "unknown": [1.0]}';
    const frames = codec("").encode([], { id: "p", headerJson }, { type: "t", content: {} });
    expect(frames[3]?.toString()).toBe(headerJson);
    expect(sent(codec("").decode(frames)).parentId).toBe("p");
  });

  it("never hold half a surrogate pair, which Python clients cannot encode", () => {
    const frames = codec("").encode([], undefined, {
      type: "t",
      content: { a: "x\ud83d", b: "\\ud83d", c: "\\\ude00" },
    });
    expect(sent(codec("").decode(frames)).content).toEqual({ a: "x\ufffd", b: "\\ud83d", c: "\\\ufffd" });
  });

  it.each([
    ["a header that is not JSON", 2, "{"],
    ["a header that is no object", 2, "[1]"],
    ["a header without msg_id", 2, '{"msg_type":"t"}'],
    ["a header whose msg_type is a number", 2, '{"msg_id":"a","msg_type":1}'],
    ["a parent that is null", 3, "null"],
    ["metadata that is text", 4, '"text"'],
    ["content that is not JSON", 5, "\u0000\u0001"],
    ["content nested beyond any stack and cut off", 5, "[".repeat(100_000)],
  ])("are dropped as malformed: %s", (_, part, text) => {
    expect(codec("").decode(withPart(part, text))).toBe("malformed");
  });

  it("are dropped when one byte was changed, whichever it is", () => {
    const frames = codec().encode([], undefined, { type: "t", content: { code: "1" } });
    for (let i = 1; i <= 5; i++) {
      const changed = frames.map((frame, j) => (i === j ? Buffer.concat([frame, Buffer.from(" ")]) : frame));
      expect(codec().decode(changed)).toBe("badSignature");
    }
  });

  it("are read or dropped, and nothing throws, in 10,000 mutations of a good one", () => {
    const random = seeded(42);
    const good = codec("").encode(
      [Buffer.from("id")],
      { id: "p", headerJson: '{"msg_id":"p"}' },
      {
        type: "execute_request",
        content: { code: "1 + 1", user_expressions: { a: "b" } },
        buffers: [Buffer.from("buffer")],
      },
    );
    const outcomes = new Set<string>();
    for (let i = 0; i < 10_000; i++) {
      const outcome = codec("").decode(mutated(good, random));
      outcomes.add(typeof outcome === "string" ? outcome : "read");
    }
    expect(outcomes).toEqual(new Set(["read", "malformed"]));
  });
});

/** One part removed, doubled, cut, or with some bytes replaced. */
function mutated(frames: readonly Buffer[], random: (below: number) => number): Buffer[] {
  const at = random(frames.length);
  const part = Buffer.from(frames[at] ?? "");
  const replaced = () => {
    for (let n = random(4); n >= 0 && part.length > 0; n--) part[random(part.length)] = random(256);
    return [part];
  };
  const kinds = [() => [], () => [part, part], () => [part.subarray(0, random(part.length + 1))], replaced];
  return [...frames.slice(0, at), ...(kinds[random(kinds.length)]?.() ?? []), ...frames.slice(at + 1)];
}

/** Integers below a limit, the same ones for the same seed (a linear congruential generator). */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
