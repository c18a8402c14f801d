import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { SignedParts } from "./frames.js";
import { Signature } from "./signature.js";

const message = (n = 0): SignedParts => [
  Buffer.from(`{"n":${n}}`),
  Buffer.from("{}"),
  Buffer.from("{}"),
  Buffer.from("{}"),
];

describe("signature", () => {
  it("is the hexadecimal HMAC-SHA256 of the four parts in their order", () => {
    const expected = createHmac("sha256", "key").update('{"n":0}{}{}{}').digest("hex");
    expect(new Signature("key", "hmac-sha256").sign(message()).toString()).toBe(expected);
  });

  it("accepts what the same key has signed", () => {
    const signed = new Signature("key", "hmac-sha256").sign(message());
    expect(new Signature("key", "hmac-sha256").check(signed, message())).toBeUndefined();
  });

  it.each([
    ["another key", () => new Signature("other", "hmac-sha256").sign(message())],
    ["another message", () => new Signature("key", "hmac-sha256").sign(message(1))],
    ["no signature", () => Buffer.alloc(0)],
    ["half a signature", () => new Signature("key", "hmac-sha256").sign(message()).subarray(0, 32)],
  ])("refuses %s", (_, signature) => {
    expect(new Signature("key", "hmac-sha256").check(signature(), message())).toBe("badSignature");
  });

  it("refuses the same message a second time", () => {
    const receiver = new Signature("key", "hmac-sha256");
    const signed = receiver.sign(message());
    receiver.check(signed, message());
    expect(receiver.check(signed, message())).toBe("replayed");
  });

  it("remembers a bounded number of signatures, the latest ones", () => {
    const receiver = new Signature("key", "hmac-sha256", 2);
    const seen = (n: number) => receiver.check(receiver.sign(message(n)), message(n));
    expect([seen(1), seen(2), seen(3), seen(3), seen(2), seen(1)]).toEqual([
      undefined,
      undefined,
      undefined,
      "replayed",
      "replayed",
      undefined,
    ]);
  });

  it("signs and checks nothing with an empty key", () => {
    const open = new Signature("", "hmac-sha256");
    expect(open.sign(message())).toHaveLength(0);
    expect([open.check(Buffer.from("x"), message()), open.check(Buffer.from("x"), message())]).toEqual([
      undefined,
      undefined,
    ]);
  });

  it.each(["hmac-nonsense", "sha256"])("refuses the scheme %s by name", (scheme) => {
    expect(() => new Signature("key", scheme)).toThrow(
      `signature scheme "${scheme}" is not supported; use "hmac-sha256"`,
    );
  });
});
