import { describe, expect, test } from "vitest";
import { TooSlow, withinTime } from "./bounded-time.js";

/** Of what does not end. */
const LIMIT_MS = 50;
/** Of what ends, however busy the machine. */
const LONG_MS = 60_000;
const loop = (): never => {
  for (;;);
};

describe("a call within a limit of time", () => {
  test("returns what it returns", () => expect(withinTime(LONG_MS, () => "value")).toBe("value"));

  test("throws what it throws", () => {
    const error = new Error("its own");
    expect(() =>
      withinTime(LONG_MS, () => {
        throw error;
      }),
    ).toThrow(error);
  });

  test("ends when it would not, with the limit in the message", () => {
    expect(() => withinTime(LIMIT_MS, loop)).toThrow(TooSlow);
    expect(() => withinTime(LIMIT_MS, loop)).toThrow("not done after 0.05 s");
  });

  test("is ended within another, which goes on", () => {
    const inner = (): string => {
      try {
        return withinTime(LIMIT_MS, loop);
      } catch {
        return "ended";
      }
    };
    expect(withinTime(LONG_MS, inner)).toBe("ended");
  });

  test("ends with the outer limit when that is the smaller one", () => {
    expect(() => withinTime(LIMIT_MS, () => withinTime(LONG_MS, loop))).toThrow(TooSlow);
  });

  test("leaves nothing on globalThis", () => {
    const before = Object.getOwnPropertyNames(globalThis);
    withinTime(LONG_MS, () => 1);
    expect(Object.getOwnPropertyNames(globalThis)).toEqual(before);
  });
});
