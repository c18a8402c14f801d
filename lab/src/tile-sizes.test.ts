import { beforeEach, describe, expect, test } from "vitest";
import { TileSizes } from "./tile-sizes.js";

let text: string | null;
let sizes: TileSizes;

beforeEach(() => {
  text = null;
  sizes = new TileSizes({
    getItem: () => text,
    setItem: (_item, value) => {
      text = value;
    },
  });
});

describe("sizes of tiles", () => {
  test("are kept for another page", () => {
    expect(sizes.of("a")).toBeUndefined();
    sizes.keep("a", { width: 1, height: 2 });
    sizes.keep("b", { width: 3, height: 4 });
    sizes.keep("a", { width: 5, height: 6 });
    const later = new TileSizes({ getItem: () => text, setItem: () => undefined });
    expect([later.of("a"), later.of("b")]).toEqual([
      { width: 5, height: 6 },
      { width: 3, height: 4 },
    ]);
  });

  test("are forgotten when there are many, those of long ago first", () => {
    for (let i = 0; i < 300; i++) sizes.keep(`tile ${i}`, { width: i + 1, height: 1 });
    expect(sizes.of("tile 99")).toBeUndefined();
    expect(sizes.of("tile 100")).toEqual({ width: 101, height: 1 });
  });

  test.each([
    "{",
    "7",
    '[["a"]]',
    '[["a", {"width": "1", "height": 1}]]',
    '[["a", {"width": -1, "height": 1}]]',
    "[[1, null]]",
  ])("are none where something else is kept: %s", (other) => {
    text = other;
    expect(sizes.of("a")).toBeUndefined();
    sizes.keep("a", { width: 1, height: 2 });
    expect(sizes.of("a")).toEqual({ width: 1, height: 2 });
  });

  test("hold as long as the page where the browser keeps nothing", () => {
    const refuse = () => {
      throw new Error("SecurityError");
    };
    const refused = new TileSizes({ getItem: refuse, setItem: refuse });
    refused.keep("a", { width: 1, height: 2 });
    expect(refused.of("a")).toBeUndefined();
  });
});
