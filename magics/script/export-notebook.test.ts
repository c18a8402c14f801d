import { describe, expect, test } from "vitest";
import { type ExportedCell, exportNotebook } from "./export-notebook.js";

const code = (...sources: string[]): ExportedCell[] => sources.map((source) => ({ kind: "code", source }));

/** The program without its first line. */
const program = (...cells: ExportedCell[]): string =>
  exportNotebook("title", cells).replace("// title\n\n", "");

/** What stands between the braces of `notebook(async (…) => { … })`. */
const body = (...sources: string[]): string =>
  /=> \{\n([\s\S]*)\}\);\n$/.exec(program(...code(...sources)))?.[1] ?? "";

describe("a program in another folder than its notebook", () => {
  const rebase = (specifier: string) => `../notebooks/${specifier.slice(2)}`;
  test.each([
    ["import", 'import { a } from "./a.ts"; // note', 'import { a } from "../notebooks/a.ts";'],
    ["import of a package", "import a from 'a'", "import a from 'a'"],
    ["import for its types", 'import type { A } from "./a"', 'import type { A } from "../notebooks/a"'],
    ["dynamic import", 'await import("./a")', 'show(import("../notebooks/a"))'],
    ["require", 'const a = require("./a")', 'const a = require("../notebooks/a");'],
    ["what only looks like a path", 'f("./a")', 'f("./a")'],
  ])("finds what a relative %s names", (_what, cell, line) => {
    expect(exportNotebook("title", code(cell), rebase)).toContain(line);
  });
});

describe("a notebook as a program", () => {
  test("has prose as comments, cells as statements, and imports what cells find given", () => {
    const cells: ExportedCell[] = [
      { kind: "markdown", source: "# Words\n\nare counted." },
      ...code("%source words --port 9999", 'const lines = ssc.socketTextStream("localhost", 9999);'),
      ...code("const counts = lines.countByWindow(Seconds(30), Seconds(1))", "%plot counts --mark line;"),
    ];
    expect(program(...cells)).toBe(`import { Seconds } from "millrace";
import { notebook } from "millrace/notebook";

notebook(async ({ magics, show, ssc }) => {
  // # Words
  //
  // are counted.

  await show(magics.source("words", { port: 9999 }));

  const lines = ssc.socketTextStream("localhost", 9999);

  const counts = lines.countByWindow(Seconds(30), Seconds(1));

  await magics.plot({ counts }, { mark: "line" });
});
`);
  });

  test.each([
    ["the last expression is shown", ["6 * 7"], "  await show(6 * 7);\n"],
    ["also an awaited one", ["await f()"], "  await show(f());\n"],
    ["a semicolon hides it", ["6 * 7;"], "  6 * 7;\n"],
    ["only the last", ["1\n2"], "  1\n  await show(2);\n"],
    ["braces at the end are an object", ["({}).a\n{ a: 1 }"], "  ({}).a\n  ;await show(({ a: 1 }));\n"],
    ["a comment stays where it is", ["f() // note"], "  await show(f()); // note\n"],
    ["a value of a magic", ["const w = %window counts"], "  const w = await magics.window({ counts });\n"],
    [
      "a magic shows its value wherever it stands",
      ["%window counts\n%stream stop;\n1"],
      '  await show(magics.window({ counts }));\n  await magics.stream("stop");\n  await show(1);\n',
    ],
    ["flags", ["%stream stop --graceful;"], '  await magics.stream("stop", { graceful: true });\n'],
    ["durations are ms", ["%configure --batch 10s;"], "  await magics.configure({ batch: 10000 });\n"],
    [
      "streams by their variables, as many as there are",
      ["%stream stop counts lengths --now;"],
      '  await magics.stream("stop", { counts }, { lengths }, { now: true });\n',
    ],
    ["what may be a stream and is none", ["%stream await 10s;"], '  await magics.stream("await", "10s");\n'],
    ["magics of the notebook alone", ["%lsmagic"], "  // %lsmagic\n"],
    ["values of such magics", ["const h = %history"], "  const h = undefined; // %history\n"],
    ["code that a magic measures", ["const a = %time f()\n%time a"], "  const a = f()\n  await show(a);\n"],
    [
      "code that a magic acts on",
      ["%%time\nconst a = 1\na"],
      "  // %%time\n  const a = 1\n  await show(a);\n",
    ],
    [
      "cells that only a notebook shows",
      ["%%html\n<b>"],
      "  // Left out, since only a notebook has a use for it:\n  // %%html\n  // <b>\n",
    ],
    ["shell commands", ["!ls -l"], '  await show(magics.sh("ls -l"));\n'],
    [
      "shell commands by their path",
      ["!./run.sh\nconst a = 1;"],
      '  await show(magics.sh("./run.sh"));\n  const a = 1;\n',
    ],
    ["shell scripts", ["%%sh a\necho `$1`"], '  await show(magics.sh("a", { body: `echo \\`$1\\`` }));\n'],
    ["help of a magic", ["%plot -h"], "  // %plot -h\n"],
    ["code whose output nobody wants", ["%%capture\nf()"], "  // %%capture\n  await show(f());\n"],
    ["exports are declarations", ["export const a = 1"], "  const a = 1;\n"],
    ["text of templates is not indented", ["const t = `a\nb`"], "  const t = `a\nb`;\n"],
    ["types", ["interface A { b: number }"], "  interface A { b: number }\n"],
  ])("%s", (_title, cells, expected) => {
    expect(body(...cells)).toBe(expected);
  });

  test("imports stand at the top, each once", () => {
    const fs = 'import { join } from "node:path";';
    const cells = code(`${fs}\njoin("a", "b")`, `${fs}\nimport * as os from "node:os"\nos.EOL`);
    expect(program(...cells)).toBe(`import { notebook } from "millrace/notebook";
${fs}
import * as os from "node:os"

notebook(async ({ show }) => {
  await show(join("a", "b"));

  await show(os.EOL);
});
`);
  });

  test("a cell that declares a name again opens a block to the end of the program", () => {
    expect(body("const a = 1", 'const a = "x", b = 2', "var { b: [b] } = c", "a")).toBe(`  const a = 1;

  { // a, b from here on
  const a = "x", b = 2;

  { // b from here on
  let { b: [b] } = c;

  await show(a);
  }
  }
`);
  });

  test("a context that the notebook declares is its own", () => {
    expect(program(...code("const ssc = new StreamingContext(sc, Seconds(2));", "ssc.stop();"))).toContain(
      `import { Seconds, StreamingContext } from "millrace";
import { notebook } from "millrace/notebook";

notebook(async ({ sc }) => {
  const ssc`,
    );
  });

  test.each([
    ["%nope", "code cell 2: %nope has no function in a program; write what it does in TypeScript"],
    [
      "%plot counts --top none",
      'code cell 2: %plot: --top takes a whole number, not "none" (%plot -h shows its use)',
    ],
    [
      "const files = !ls -l",
      "code cell 2: the lines of !ls -l are the shell's; ask for them with node:child_process",
    ],
    [
      "%%capture shown\nf()",
      'code cell 2: %%capture cannot keep in "shown" what a program shows: take the variable and what uses it out of the notebook',
    ],
    ["%%nope\nx", "code cell 2: %nope has no function in a program; write what it does in TypeScript"],
    ["1\nlet = ;", "code cell 2: line 2: "],
  ])("%j cannot be exported", (source, message) => {
    expect(() => program(...code("1", source))).toThrow(message);
  });

  test("what cannot be exported of a session is left out, as a comment with the reason", () => {
    const sentences: string[] = [];
    const text = exportNotebook("t", code("1 +", "!echo a | cat; echo b"), undefined, (sentence) =>
      sentences.push(sentence),
    );
    expect(sentences).toEqual(["code cell 1: line 1: Expression expected."]);
    expect(text).toContain("  // Left out: line 1: Expression expected.\n  // 1 +\n\n  await");
    expect(text).toContain('magics.sh("echo a | cat; echo b")');
  });
});
