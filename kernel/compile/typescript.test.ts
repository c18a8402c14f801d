import { describe, expect, test } from "vitest";
import { stopTypeScript, stripTypes } from "./typescript.js";

describe("the service that strips types", () => {
  test("starts with the first text, whatever comes beside it", async () => {
    const texts = [1, 2, 3].map((n) => stripTypes(`const x: number = ${n};`, {}));
    const codes = (await Promise.all(texts)).map(({ code }) => code);
    expect(codes).toEqual([1, 2, 3].map((n) => `const x = ${n};\n`));
  });

  test("starts again after it has ended", async () => {
    await stripTypes("let x: number", {});
    await stopTypeScript();
    expect((await stripTypes("let y: string", {})).code).toBe("let y;\n");
  });
});
