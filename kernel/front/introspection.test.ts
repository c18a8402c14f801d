import { describe, expect, test } from "vitest";
import { introspect, introspectionOf } from "./introspection.js";

describe("a cell that is a name with a question mark is a question", () => {
  test.each([
    ["Math.max?", { name: "Math.max", detail: 0 }],
    ["?Math.max", { name: "Math.max", detail: 0 }],
    ["counts??", { name: "counts", detail: 1 }],
    ["  %plot?  \n", { name: "%plot", detail: 0 }],
    ["größe?", { name: "größe", detail: 0 }],
    ["counts", undefined],
    ["a ? b : c", undefined],
    ["a?.b", undefined],
    ["a ?? b", undefined],
    ["f()?", undefined],
    ["1?", undefined],
    ["a???", undefined],
    ["let a\na?", undefined],
  ])("%j", (code, question) => {
    expect(introspectionOf(code)).toEqual(question);
  });
});

describe("the answer", () => {
  const inspect = async (code: string, cursor: number, detail: 0 | 1) =>
    code === "known"
      ? { found: true, text: `${cursor} ${detail}`, markdown: "**known**" }
      : { found: false, text: "", markdown: "" };

  test("is a page of what inspection says behind the name", async () => {
    expect(await introspect({ name: "known", detail: 1 }, { inspect })).toEqual({
      status: "ok",
      userExpressions: {},
      payload: [{ source: "page", start: 0, data: { "text/plain": "5 1", "text/markdown": "**known**" } }],
    });
  });

  test("is an error that names what is not known", async () => {
    expect(await introspect({ name: "wel", detail: 0 }, { inspect })).toMatchObject({
      status: "error",
      evalue: "nothing is known of wel: it is declared in no cell that was run, and in no library",
    });
  });
});
