import { describe, expect, it } from "vitest";
import { ManualClock } from "../testing/manual-clock.js";
import { COALESCE_MS, COALESCE_UNITS, EXACT_SWITCHES, StreamCoalescer } from "./stream-coalescer.js";

function coalescer() {
  const clock = new ManualClock();
  const emitted: string[] = [];
  const texts = new StreamCoalescer<string>(clock, (owner, name, text) =>
    emitted.push(`${owner} ${name} ${text}`),
  );
  return { clock, emitted, texts };
}

describe("stream coalescer", () => {
  it("joins texts of the same cell and stream that come within a few milliseconds", async () => {
    const { clock, emitted, texts } = coalescer();
    for (const text of ["a", "b", "c"]) texts.add("cell", "stdout", text);
    expect(emitted).toEqual([]);
    await clock.advance(COALESCE_MS);
    expect(emitted).toEqual(["cell stdout abc"]);
  });

  it("does not wait longer because more text comes", async () => {
    const { clock, emitted, texts } = coalescer();
    texts.add("cell", "stdout", "a");
    await clock.advance(COALESCE_MS - 1);
    texts.add("cell", "stdout", "b");
    await clock.advance(1);
    expect(emitted).toEqual(["cell stdout ab"]);
  });

  it.each([
    ["cell", "stderr"],
    ["other", "stdout"],
  ] as const)("keeps the order when the next text is of %s on %s", (owner, name) => {
    const { emitted, texts } = coalescer();
    texts.add("cell", "stdout", "a");
    texts.add(owner, name, "b");
    texts.flush();
    expect(emitted).toEqual(["cell stdout a", `${owner} ${name} b`]);
  });

  it("joins each stream by itself, within a few milliseconds, when a loop writes to both in turn", async () => {
    const { clock, emitted, texts } = coalescer();
    const { burst } = EXACT_SWITCHES;
    for (let i = 0; i <= burst + 100; i++) texts.add("cell", i % 2 === 0 ? "stdout" : "stderr", `${i} `);
    await clock.advance(COALESCE_MS);
    expect(emitted).toHaveLength(burst + 2);
    const joined = (name: string) =>
      emitted.filter((e) => e.startsWith(`cell ${name}`)).map((e) => e.slice(12));
    const numbers = Array.from({ length: burst + 101 }, (_, i) => `${i} `);
    expect(joined("stdout").join("")).toBe(numbers.filter((_, i) => i % 2 === 0).join(""));
    expect(joined("stderr").join("")).toBe(numbers.filter((_, i) => i % 2 === 1).join(""));
  });

  it("emits at once what has become large", () => {
    const { emitted, texts } = coalescer();
    texts.add("cell", "stdout", "x".repeat(COALESCE_UNITS));
    expect(emitted).toHaveLength(1);
  });

  it("emits nothing for empty texts or twice", async () => {
    const { clock, emitted, texts } = coalescer();
    texts.add("cell", "stdout", "");
    texts.add("cell", "stdout", "a");
    texts.flush();
    texts.flush();
    await clock.advance(COALESCE_MS);
    expect(emitted).toEqual(["cell stdout a"]);
  });
});
