import { describe, expect, test } from "vitest";
import { renderValue } from "../../kernel/display/render-value.js";
import type { MimeBundle } from "../../kernel/port/evaluator.js";
import { TABLE_MIME } from "../../kernel/port/table.js";
import { isTableBundle } from "../../kernel/port/table-shape.js";
import { shownAs } from "./shown-as.js";
import { recordTable } from "./table.js";

const HOSTILE = '<img src=x onerror="alert(1)">';

function shown(value: object): MimeBundle {
  const rendered = renderValue(value);
  if (rendered instanceof Promise) throw new Error("a table takes no time");
  return rendered.data;
}

const rows = shownAs([{ key: "the", n: 2070 }], "counts: now", [
  recordTable("all records", [
    ["the", 2070],
    [HOSTILE, 7n],
  ]),
]);

describe("what an inspecting magic gives", () => {
  test("is its value, for code", () => {
    expect(rows.map(({ n }) => n)).toEqual([2070]);
    expect(Object.keys(rows)).toEqual(["0"]);
  });

  test("is aligned text in a console", () => {
    expect(shown(rows)["text/plain"]).toBe(
      [
        "counts: now",
        "",
        "all records",
        `key${" ".repeat(27)}  value`,
        `the${" ".repeat(27)}  2070`,
        `${HOSTILE}  7n`,
      ].join("\n"),
    );
  });

  test("is HTML elsewhere, in which data is text", () => {
    const html = String(shown(rows)["text/html"]);
    expect(html).toContain("&lt;img src=x onerror=&quot;alert(1)&quot;&gt;");
    expect(html).not.toContain("<img");
  });

  test("is a table of typed columns for the plugin", () => {
    const bundle = shown(rows)[TABLE_MIME];
    expect(isTableBundle(bundle)).toBe(true);
    expect(bundle).toMatchObject({
      title: "counts: now",
      tables: [{ columns: [{ title: "key", kind: "text" }, {}] }],
    });
  });
});

describe("records are a table", () => {
  test.each<[string, unknown[], string[], unknown[][]]>([
    ["of key and value for pairs", [["a", 1]], ["key text", "value number"], [["a", 1]]],
    [
      "of their fields",
      [{ a: 1, b: "x" }, { a: 2 }],
      ["a number", "b text"],
      [
        [1, "x"],
        [2, undefined],
      ],
    ],
    ["of one column for anything else", [1, "a", [1, 2, 3]], ["value text"], [[1], ["a"], ["[ 1, 2, 3 ]"]]],
    ["without rows", [], ["value text"], []],
  ])("%s", (_what, records, columns, cells) => {
    const { columns: made, rows: filled } = recordTable("", records);
    expect(made.map(({ title, kind }) => `${title} ${kind}`)).toEqual(columns);
    expect(filled.map((row) => Object.values(row))).toEqual(cells);
  });

  test("with long values cut off", () => {
    const [row] = recordTable("", ["x".repeat(10_000)]).rows;
    expect(String(row?.["0"])).toHaveLength(501);
  });
});
