import { beforeEach, describe, expect, test } from "vitest";
import { CellModules } from "./cell-modules.js";

let written: Map<string, string>;
let cells: CellModules;

beforeEach(() => {
  written = new Map();
  cells = new CellModules({ set: (k, v) => written.set(k, v), delete: (k) => written.delete(k) }, ".ts");
});

const run = (...codes: string[]): void => {
  for (const code of codes) cells.executed(code);
};

describe("a cell that was run", () => {
  test("is a module that exports its names", () => {
    run("const a = 1\nexport const b = 2");
    expect([...written]).toEqual([["./__cell-1.ts", "const a = 1\nexport const b = 2\nexport { a };\n"]]);
  });

  test("imports the names it mentions from the cell that declared them last", () => {
    run("const a = 1; const b = 2", "const a = 3", "const c = a + b");
    expect(written.get("./__cell-3.ts")).toBe(
      'import { a } from "./__cell-2.ts"; import { b } from "./__cell-1.ts";\nconst c = a + b\nexport { c };\n',
    );
  });

  test("imports nothing that it declares itself", () => {
    run("const a = 1", "const a = 2, b = a");
    expect(written.get("./__cell-2.ts")).toBe("const a = 2, b = a\nexport { a, b };\n");
  });

  test("sees another cell's let as a variable it may assign to", () => {
    run("let n = 1", "const twice = (n = n * 2)");
    expect(written.get("./__cell-2.ts")).toContain('declare let n: typeof import("./__cell-1.ts").n;');
  });

  test("leaves no module when it declares nothing", () => {
    run("1 + 1", "");
    expect(cells.size).toBe(0);
  });
});

const none = (): boolean => false;

describe("the cell being edited", () => {
  test("is given the names it mentions and those it is offered", () => {
    run("const apple = 1, pear = 2, plum = 3");
    const { text } = cells.prepare("apple + p", (name) => name.startsWith("pl"));
    expect(text).toBe('import { apple, plum } from "./__cell-1.ts";\napple + p');
  });

  test("is its own text behind one line of imports", () => {
    run("const a = 1", "let b = 2");
    const { text, shift } = cells.prepare("a + b", none);
    expect(text.slice(shift)).toBe("a + b");
    expect(text.slice(0, shift).split("\n")).toHaveLength(2);
  });

  test("imports nothing else", () => {
    run("const a = 1", "let b = 2", "type C = 3");
    expect(cells.prepare("", none).text).toBe("");
    expect(cells.prepare("const a = b", none).text).not.toContain("import {");
  });

  test("stands alone in an empty notebook", () => {
    expect(cells.prepare("x", none)).toEqual({ text: "x", shift: 0 });
  });
});

describe("the number of modules is bounded", () => {
  test("a cell run a thousand times is one module", () => {
    for (let i = 0; i < 1000; i++) run(`const a = ${i}`);
    expect(cells.size).toBe(1);
    expect(written.size).toBe(1);
  });

  test("a cell stays while one of its names is seen", () => {
    run("const a = 1, b = 2", "const a = 3");
    expect([...written.keys()]).toEqual(["./__cell-1.ts", "./__cell-2.ts"]);
    run("const b = 4");
    expect([...written.keys()]).toEqual(["./__cell-2.ts", "./__cell-3.ts"]);
  });

  test("a replaced declaration stays while a cell that is seen was checked against it", () => {
    run("const a = 1", "const b = a", "const a = 'text'");
    expect(written.get("./__cell-2.ts")).toContain('import { a } from "./__cell-1.ts"');
    expect(cells.size).toBe(3);
    run("const b = 2");
    expect([...written.keys()]).toEqual(["./__cell-3.ts", "./__cell-4.ts"]);
  });

  test("two cells that replace each other for ever hold a bounded chain", () => {
    for (let i = 0; i < 500; i++) run("const a = b", "const b = a");
    expect(cells.size).toBeLessThanOrEqual(66);
    const [oldest] = written;
    expect(oldest?.[1]).not.toContain("__cell-1.ts");
  });
});
