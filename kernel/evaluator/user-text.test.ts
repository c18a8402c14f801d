import { describe, expect, test } from "vitest";
import { compiledName } from "../compile/notebook-names.js";
import { ExecutedCells, scriptName } from "./executed-cells.js";
import { UserText } from "./user-text.js";

const cells = new ExecutedCells();
const known = cells.add({
  id: "a",
  number: 7,
  code: "x",
  origins: { original: ({ line }) => (line === 9 ? undefined : { line: 3, column: 4 }) },
});
const text = new UserText(cells, { showPlaces: (t) => t }, ["file:///kernel/"]);
text.know(["x", "größe"]);

describe("names", () => {
  test.each([
    [`${compiledName("x")} is not defined`, "x is not defined"],
    [`${compiledName("x")}.${compiledName("größe")}`, "x.größe"],
    [
      `Cannot assign to read only property '${compiledName("x")}' of object '#<Object>'`,
      "Assignment to constant variable.",
    ],
    ["می‌خواهم", "می‌خواهم"],
    [`${compiledName("unknown")}`, compiledName("unknown")],
  ])("%j is shown as %j", (compiled, shown) => expect(text.show(compiled)).toBe(shown));
});

describe("stacks", () => {
  test("show cells and lose the frames of the kernel and of Node's inside", () => {
    const stack = [
      "Error: e",
      `    at f (${scriptName(known)}:1:30)`,
      "    at run (file:///kernel/run.js:1:1)",
      "    at node:internal/main:1:1",
      "    at Object.readFileSync (node:fs:1:1)",
      `    at ${scriptName(known)}:9:1`,
      "    at old (notebook:cell-999:1:1)",
    ];
    expect(text.show(stack.join("\n")).split("\n")).toEqual([
      "Error: e",
      "    at f (Cell In[7], line 3, column 5)",
      "    at Object.readFileSync (node:fs:1:1)",
      "    at Cell In[7]",
      "    at old (a cell run long ago)",
    ]);
  });

  test("show the functions of the language that the user's code called, not those that the kernel's did", () => {
    const stack = [
      "    at Array.map (<anonymous>)",
      "    at capture (file:///kernel/capture.js:1:1)",
      "    at JSON.parse (<anonymous>)",
      `    at ${scriptName(known)}:1:30`,
      "    at new Promise (<anonymous>)",
    ];
    expect(text.frames(["Error: e", ...stack].join("\n"))).toEqual([
      "    at JSON.parse (<anonymous>)",
      "    at Cell In[7], line 3, column 5",
      "    at new Promise (<anonymous>)",
    ]);
  });

  test("without cells stay as they are", () => {
    const stack = "Error: e\n    at run (file:///kernel/run.js:1:1)";
    expect(text.show(stack)).toBe(stack);
  });
});

test("the cells that ran long ago are forgotten", () => {
  const many = new ExecutedCells();
  const first = many.add({ id: "a", number: 1, code: "" });
  for (let i = 0; i < 3_000; i++) many.add({ id: "b", number: 2, code: "" });
  expect(many.find(first)).toBeUndefined();
});
