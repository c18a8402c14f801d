import { describe, expect, test } from "vitest";
import type { MagicSummary } from "../port/language.js";
import { blankMagics } from "./blank-magics.js";

const blank = (code: string) => blankMagics(code, (name) => name === "known");

describe("a magic is blanked by text of the same length", () => {
  test.each([
    ["a line magic becomes a statement of its own", "%plot counts --top 20\nx", ";                    \nx"],
    ["an indented one inside a block too", "if (a) {\n  %stream stop\n}", "if (a) {\n  ;           \n}"],
    ["the value of a magic is an expression", "const n = %peek counts\nn", "const n = $_;         \nn"],
    ["on the next line, too", "const n =\n%peek x", "const n =\n$_;    "],
    ["that of a known variable ends its statement too", "known = %pwd\n[1]", "known = $_; \n[1]"],
    ["what nothing else declares is declared", "n = %peek counts", "var n:$_;       "],
    ["what the cell declares is not", "let n: any\nn = %peek x", "let n: any\nn = $_;    "],
    ["a shell command's variable too, as far as there is room", "a = !ls -l\nb=!ls", "var a:$s; \nvar b"],
    ["a shell command becomes a statement", "!ls -l *.ts\nx", ";          \nx"],
    ["a cell magic takes the whole cell", "%%html\n<b>it's</b>\n", "      \n           \n"],
    ["blank lines may stand before a cell magic", "\n%%html x\ny", "\n        \n "],
    ["a comment behind a magic goes with it", "%pwd // here\nx", ";           \nx"],
    ["Windows line ends stay", "%pwd\r\nx", ";   \r\nx"],
    [
      "quotes and brackets of a magic do not reach the next line",
      "%env A=it's (`\n`x`",
      ";             \n`x`",
    ],
    ["a shell command inside a block", "if (a) {\n  !ls\n}", "if (a) {\n  ;  \n}"],
    ["a magic after an arrow, a colon or a keyword", "x =>\n%a", "x =>\n; "],
    ["several magics in one cell", "%a\nlet b = %c\n%d", "; \nlet b = $_\n; "],
  ])("%s", (_, code, blanked) => {
    expect(blank(code).text).toBe(blanked);
    expect(blanked.length).toBe(code.length);
  });
});

describe("TypeScript of a magic stays, and the variable that it makes is declared", () => {
  const code = { kind: "positional", name: "code", help: "", rest: "code" } as const;
  const loops = { kind: "option", name: "loops", short: "n", help: "" } as const;
  const variable = { kind: "positional", name: "variable", help: "", makesVariable: true } as const;
  const declared: Record<string, Pick<MagicSummary, "body" | "params" | "valueType">> = {
    time: { body: "code", params: [loops, code] },
    capture: { body: "code", params: [variable] },
    html: { params: [] },
    Play: { params: [], valueType: "string[]" },
  };
  test.each([
    ["%time const a = f()", ";     const a = f()"],
    ["%time -n 5 --loops 6 f()\nb", ";                    f()\nb"],
    ["%time -n 5", ";         "],
    ["%time -n 5 -- -a", ";             -a"],
    ["const a = %time f()", "const a = $_;      "],
    ["%%time\nconst a = 1", "      \nconst a = 1"],
    ["%%capture shown\nf()", "var shown:any; \nf()"],
    ["%%capture --no-stdout a\nf()", "var a:any;             \nf()"],
    ["%%capture 1a\nf()", "            \nf()"],
    ["%%html\n<b>", "      \n   "],
    ["const a = !ls -l", "const a = $s;   "],
    ["const a = %Play x", "const a = $play; "],
    ["const a = %Play", "const a = $play"],
  ])("%j", (text, blanked) => {
    expect(
      blankMagics(
        text,
        () => false,
        (name) => declared[name],
      ).text,
    ).toBe(blanked);
    expect(blanked.length).toBe(text.length);
  });
});

describe("code that looks like a magic stays", () => {
  test.each([
    ["a remainder", "const r = a % b"],
    ["a remainder over two lines in parentheses", "f(a\n%b)"],
    ["a remainder over two lines with a space", "a\n  % b"],
    ["a line of a template", "const s = `\n%plot\n!ls\n`"],
    ["an expression in a template", `const s = \`\${a\n%b}\``],
    ["a line of a comment", "/*\n%plot\n*/"],
    ["a regular expression with a quote before it", "const r = /['`]/\nx"],
    ["a negation in an expression", "a &&\n!b"],
    ["a negation with a space or a bracket", "! a\n!(b)\n!!c"],
    ["a negation of a name of the notebook", "!known && f()"],
    ["a negation of a name of the cell", "const done = 1\n!done && f()"],
    ["a negation of a name of Node or a literal", "!process\n!true"],
    ["a remainder that an operator continues", "a +\n%b"],
    ["a condition", "if (!done) x"],
    ["%% further down", "x\n%% y"],
  ])("%s", (_, code) => {
    expect(blank(code)).toEqual({ code, text: code, magics: [] });
  });
});

test("a magic after a template or a regular expression with quotes is found", () => {
  const code = `const s = \`it's \${a} "\`;\nconst r = /'/.test(s);\nconst q = a / b / c\n%plot s`;
  expect(blank(code).magics).toEqual([{ kind: "line", start: code.indexOf("%"), end: code.length }]);
});
