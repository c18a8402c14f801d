import { expect, test } from "vitest";
import { TableView } from "./table-view.js";

const view = new TableView({ n: 1 }, "counts: now", [
  {
    heading: "all records",
    columns: ["key", "value"],
    rows: [
      ["the", 2070],
      ["<b>of</b>", 7],
    ],
  },
]);

test("in a console a table is aligned text, numbers to the right", () => {
  expect(view.text()).toBe(
    ["counts: now", "", "all records", "key        value", "the        2,070", "<b>of</b>      7"].join("\n"),
  );
});

test("in a notebook it is HTML in which data is text", () => {
  expect(view.html()).toContain(
    '<td style="text-align: left">&lt;b&gt;of&lt;/b&gt;</td><td style="text-align: right">7</td>',
  );
  expect(view.html()).not.toContain("<b>of");
});

test("code gets the value", () => {
  expect(view.value).toEqual({ n: 1 });
});
