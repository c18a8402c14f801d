import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { MagicSummary } from "../port/language.js";
import { LanguageService } from "./language-service.js";
import { type NotebookFolder, notebookFolder } from "./testing/notebook-folder.js";

/** A clock that stands still: signatures are always filled in. */
const now = (): number => 0;

let folder: NotebookFolder;
let language: LanguageService;

beforeAll(() => {
  folder = notebookFolder();
  language = new LanguageService(folder.options, now);
  language.warmUp();
});

/** What cells of other tests have declared is seen by none. */
beforeEach(() => language.forget());

afterAll(() => folder.remove());

/** `|` is the cursor; `cells` were run before, in order. */
interface Situation {
  cells?: string[];
  code: string;
}

function run(cells: readonly string[] = []): void {
  for (const cell of cells) language.executed(cell);
}

function complete({ cells, code }: Situation) {
  run(cells);
  return language.complete(code.replace("|", ""), code.indexOf("|"));
}

function inspect({ cells, code }: Situation, detail: 0 | 1 = 0) {
  run(cells);
  return language.inspect(code.replace("|", ""), code.indexOf("|"), detail);
}

const texts = (situation: Situation) => complete(situation).matches.map(({ text }) => text);

const LINES = 'const lines = ssc.socketTextStream("localhost", 9999);';

describe("members are completed with their types", () => {
  test.each<[string, Situation, Record<string, string>]>([
    [
      "on a chain that infers pairs",
      { cells: [LINES], code: 'lines.flatMap(l => l.split(" ")).map(w => [w, 1]).|' },
      { reduceByKey: "<K, V>(this: DStream<[K, V]>, reduce: (a: V, b: V) => V) => DStream<[K, V]>" },
    ],
    [
      "behind the chain of another cell",
      {
        cells: [LINES, "const ones = lines.map(w => [w, 1])"],
        code: "ones.reduceByKey((a, b) => a + b).fil|",
      },
      { filter: "(keep: (record: [string, number]) => boolean) => DStream<[string, number]>" },
    ],
    ["on a literal", { code: '"a".toUpp|' }, { toUpperCase: "() => string" }],
    [
      "in a closure's parameter",
      { code: 'ssc.socketTextStream("h", 1).map(l => l.spl|' },
      { split: expect.stringContaining("string[]") },
    ],
    [
      "with the first of several overloads",
      { code: '"a".replace|' },
      { replace: expect.stringMatching(/^\(.*\) => string \(\+\d\)$/) },
    ],
    ["of an awaited value", { code: "(await Promise.resolve({ deep: 1 })).|" }, { deep: "number" }],
    ["of an object's keys in a literal", { code: "const row: Row = { wo|" }, { word: "string" }],
    ["with brackets where a name needs them", { code: "({ 'a-b': 1 }).|" }, { '["a-b"]': "number" }],
    [
      "by ?. where a value may be missing",
      { code: "let m = [1].find(Boolean); m.toF|" },
      { "?.toFixed": expect.any(String) },
    ],
  ])("%s", (_, situation, expected) => {
    const { matches } = complete(situation);
    expect(Object.fromEntries(matches.map(({ text, signature }) => [text, signature]))).toMatchObject(
      expected,
    );
  });
});

describe("start and end cover the token", () => {
  test.each([
    ["con|", 0, 3],
    ["const a = con|sole", 10, 17],
    ["console.|", 8, 8],
    ["console.lo|", 8, 10],
    ["%stream sta|rt", 8, 13],
    ["const x = %pl|", 10, 13],
    ["%plot --mode=up|", 13, 15],
    ["import x from './ut|'", 17, 19],
    ["import x from 'node:bu|ff'", 15, 24],
    ["1 + |", 4, 4],
  ])("%s", (code, start, end) => {
    expect(complete({ code })).toMatchObject({ start, end });
  });
});

describe("names in scope", () => {
  test("come from cells, the latest declaration first of all", () => {
    const { matches } = complete({ cells: ["const total = 1", "const total = 'text'"], code: "tot|" });
    expect(matches).toEqual([{ text: "total", type: "const", signature: '"text"' }]);
  });

  test("of every kind are seen by later cells", () => {
    const cells = [
      "enum xEnum { One }",
      "class xClass {}",
      "interface xInterface { a: 1 }",
      "namespace xSpace { export const b = 2 }",
      "type xAlias = string",
      'import { increment as xImport } from "./util"',
      "const { a: xPart, ...xRest } = { a: 1, b: 2 }",
      "export function xFunction() {}",
      "let xLet = 1",
    ];
    const kinds = (code: string) =>
      Object.fromEntries(complete({ code }).matches.map(({ text, type }) => [text, type]));
    run(cells);
    expect(kinds("x|")).toEqual({
      xEnum: "enum",
      xClass: "class",
      xSpace: "module",
      xImport: "function",
      xPart: "const",
      xRest: "const",
      xFunction: "function",
      xLet: "variable",
    });
    expect(kinds("let y: x|")).toMatchObject({ xInterface: "interface", xAlias: "type", xClass: "class" });
  });

  test("include globals, keywords and the cell's own", () => {
    expect(texts({ code: "const mine = 1; mi|" })).toEqual(["mine"]);
    expect(texts({ code: "ss|" })).toContain("ssc");
    expect(texts({ code: "Sec|" })).toContain("Seconds");
    expect(texts({ code: "wh|" })).toContain("while");
    expect(texts({ code: "proc|" })).toContain("process");
  });

  test("do not include what the kernel adds for itself", () => {
    run(["const a = 1", "let b = 2"]);
    expect(texts({ code: "$|" })).toEqual([]);
    expect(texts({ code: "__|" }).filter((text) => text.includes("cell"))).toEqual([]);
  });

  test("are sorted as one looks for them: the notebook's, the kernel's, the language's", () => {
    const order = texts({ cells: ["const sum = 1; let Size = 2"], code: "s|" });
    expect(order.slice(0, 3)).toEqual(["sum", "ssc", "satisfies"]);
    const all = texts({ code: "|" });
    expect(all.slice(0, 2)).toEqual(["Size", "sum"]);
    expect(all.indexOf("ssc")).toBeLessThan(all.indexOf("Array"));
  });

  test("that are deprecated come last", () => {
    const cells = [
      "/** @deprecated */ const rateOld = 1; const rateNow = 2, Rate = 3",
      "class Api {\n  /** @deprecated use b */\n  a = 1;\n  b = 2;\n}\nconst api = new Api()",
    ];
    expect(texts({ cells, code: "rate|" })).toEqual(["rateNow", "Rate", "rateOld"]);
    language.prepare();
    expect(texts({ code: "api.|" })).toEqual(["b", "a"]);
    const ofText = texts({ code: "'a'.|" });
    expect(ofText.indexOf("substring")).toBeLessThan(ofText.indexOf("substr"));
    expect(ofText.indexOf("trimEnd")).toBeLessThan(ofText.indexOf("anchor"));
  });

  test("prefer the case as typed", () => {
    expect(texts({ cells: ["const Apple = 1, apple = 2"], code: "app|" })).toEqual(["apple", "Apple"]);
  });

  test("of a browser are missing: a notebook runs in Node", () => {
    expect(texts({ code: "docum|" })).not.toContain("document");
  });

  test("at an empty place are many, but bounded", () => {
    const { matches } = complete({ cells: ["const first = 1"], code: "|" });
    expect(matches[0]?.text).toBe("first");
    expect(matches.length).toBeGreaterThan(100);
    expect(matches.length).toBeLessThanOrEqual(1000);
  });

  test("are not offered where a new name is given, nor in comments", () => {
    expect(texts({ code: "const con|" })).toEqual([]);
    expect(texts({ code: "// con|" })).toEqual([]);
  });
});

describe("strings and imports", () => {
  test.each<[string, Situation, string[]]>([
    ["choices of a string type", { code: 'import paint from "colour"; paint("|")' }, ["green", "red"]],
    ["relative files", { code: 'import { increment } from "./ut|"' }, ["util"]],
    ["names exported by a file", { code: 'import { inc| } from "./util"' }, ["increment"]],
    ["names exported with an extension", { code: 'import { inc| } from "./util.ts"' }, ["increment"]],
    ["names of a JSON file", { code: 'import { ra| } from "./data.json" with { type: "json" }' }, ["rain"]],
    ["packages of the folder", { code: 'import x from "colo|"' }, ["colour"]],
    ["modules of Node", { code: 'import x from "node:fs/pr|"' }, ["promises"]],
    ["the kernel's own modules", { code: 'import {} from "mill|"' }, ["millrace"]],
    ["names of the kernel's own modules", { code: 'import { Sp| } from "millrace"' }, ["SparkContext"]],
    ["dynamic imports", { code: '(await import("./util")).|' }, ["increment"]],
    [
      "types from @types in the folder",
      { code: 'import { bytes } from "plain"; bytes.readUInt32LE|' },
      ["readUInt32LE", "readUint32LE"],
    ],
  ])("%s", (_, situation, expected) => {
    expect(texts(situation)).toEqual(expected);
  });

  test("a file that was changed is read again", () => {
    folder.write("changing.ts", "export const before = 1;\n");
    expect(texts({ code: 'import { | } from "./changing"' })).toContain("before");
    folder.write("changing.ts", "export const afterwards = 1;\n");
    expect(texts({ code: 'import { | } from "./changing"' })).toContain("afterwards");
  });

  test("a package installed after a failed import is found", () => {
    const code = 'import { lat| } from "later"';
    expect(texts({ code })).toEqual([]);
    folder.write("node_modules/later/package.json", '{ "name": "later", "types": "index.d.ts" }');
    folder.write("node_modules/later/index.d.ts", "export const later: number;\n");
    expect(texts({ code })).toEqual(["later"]);
  });
});

describe("magics", () => {
  test.each<[string, Situation, string[]]>([
    [
      "all of them where a cell begins",
      { code: "%|" },
      ["%plot", "%%plot", "%stream", "%help", "%LsMagic", "%%html"],
    ],
    ["line magics further down", { code: "let a\n%|" }, ["%plot", "%stream", "%help", "%LsMagic"]],
    ["by any case of letters", { code: "%lsm|" }, ["%LsMagic"]],
    ["cell magics after two signs", { code: "%%h|" }, ["%%html"]],
    ["as a value", { code: "const x = %st|" }, ["%stream"]],
    ["choices of a parameter", { code: "%stream st|" }, ["start", "stop", "status"]],
    ["options", { code: "%plot x --|" }, ["--mode", "--top", "--log", "--x"]],
    ["options not used yet", { code: "%plot x --mode update --log --|" }, ["--top", "--x"]],
    ["help", { code: "%plot -|" }, ["--mode", "--top", "--log", "--x", "-h"]],
    ["choices of an option", { code: "%plot x --mode |" }, ["update", "append", "single"]],
    ["choices behind the equals sign", { code: "%plot x --mode=s|" }, ["single"]],
    ["names of magics where one is asked for", { code: "%help l|" }, ["LsMagic"]],
    ["nothing for an unknown magic", { code: "%nonsense |" }, []],
    ["nothing in the body of a cell magic", { code: "%%html\n<b>con|" }, []],
    ["nothing in a shell command", { code: "!ls con|" }, []],
  ])("%s", (_, situation, expected) => {
    expect(texts(situation)).toEqual(expected);
  });

  test("variables of the declared type, generic, inherited or perhaps missing, with their types", () => {
    const cells = [
      LINES,
      "const pairs = lines.map(l => [l, 1]); const other = 5; let maybe: DStream<number> | undefined; const text = 'x'",
    ];
    const { matches } = complete({ cells, code: "const here = lines.filter(Boolean)\n%plot |" });
    expect(matches.filter(({ type }) => type !== "option")).toEqual([
      { text: "lines", type: "const", signature: "InputDStream<string>" },
      { text: "pairs", type: "const", signature: "DStream<[string, number]>" },
      { text: "maybe", type: "variable", signature: "DStream<number> | undefined" },
      { text: "here", type: "const", signature: "DStream<string>" },
    ]);
  });

  test("fields of the records of the stream that the line names, with their types", () => {
    const cells = [
      LINES,
      `interface Trade { symbol: string; price: number; place: { city: string }; "odd name": 1; shown(): string }
       const trades = lines.map((l) => l as unknown as Trade); const priced = lines.map((l) => [l, { price: 1 }]);
       const pairs = lines.map((l) => [l, 1]); let maybe: DStream<Trade> | undefined;
       class Input<T> extends InputDStream<T> {} const input = null as unknown as Input<{ deep: boolean }>;`,
    ];
    const { matches } = complete({ cells, code: "%plot trades --x |" });
    expect(matches).toEqual([
      { text: "symbol", type: "property", signature: "string" },
      { text: "price", type: "property", signature: "number" },
      { text: "place", type: "property", signature: "{ city: string; }" },
    ]);
    expect(texts({ cells, code: "%plot trades --top 5 --x=pr|" })).toEqual(["price"]);
    expect(texts({ cells, code: "%plot maybe --x sy|" })).toEqual(["symbol"]);
    expect(texts({ cells, code: "%plot priced --x |" })).toEqual(["key", "price"]);
    expect(texts({ cells, code: "%plot pairs --x |" })).toEqual(["key", "value"]);
    expect(texts({ cells, code: "%plot input --x |" })).toEqual(["deep"]);
    for (const none of ["lines", "nothing", "", "ssc"])
      expect(texts({ cells, code: `%plot ${none} --x |` })).toEqual([]);
  });

  test("every word of a parameter that takes many is completed, and one word of another", () => {
    expect(texts({ cells: [LINES], code: "%stream stop lines li|" })).toEqual(["lines"]);
    expect(texts({ cells: [LINES], code: "%plot lines li|" })).toEqual([]);
  });

  test("magics that were loaded, and the TypeScript that they take", () => {
    const loops = { kind: "option", name: "loops", short: "n", help: "" } as const;
    const code = { kind: "positional", name: "code", help: "", rest: "code" } as const;
    const timed = {
      name: "timed",
      kinds: ["line", "cell"],
      summary: "",
      help: "",
      params: [loops, code],
      body: "code",
    };
    language.loaded([timed as MagicSummary]);
    expect(texts({ code: "%tim|" })).toEqual(["%timed"]);
    expect(texts({ code: "%timed -|" })).toEqual(["--loops", "-h"]);
    expect(texts({ code: "%timed -n 5 -|" })).toEqual(["-h"]);
    expect(texts({ code: "%timed -n 5 [1].len|" })).toEqual(["length"]);
    expect(texts({ code: "%%timed\n[1].len|" })).toEqual(["length"]);
    expect(texts({ cells: ["%timed const five = 5"], code: "five.toFi|" })).toEqual(["toFixed"]);
    language.forget();
    expect(texts({ code: "five.toFi|" })).toEqual([]);
    language.loaded([]);
    expect(texts({ code: "%tim|" })).toEqual([]);
  });

  test("code beside a magic is completed as if it were not there", () => {
    expect(texts({ code: "%plot it's `\nconst a = 5\na.toF|" })).toEqual(["toFixed"]);
    expect(texts({ code: "const a = %plot x\nparseI|" })).toEqual(["parseInt"]);
  });
});

describe("inspection", () => {
  test("shows type, description and tags of the name under the cursor", () => {
    const { found, markdown, text } = inspect({ cells: [LINES], code: "lines.ma|p(l => l.length)" });
    expect(found).toBe(true);
    expect(markdown).toContain("```typescript\n(method) DStream<string>.map<number>(");
    expect(markdown).toContain("Maps each record. See Row.");
    expect(markdown).toContain("*@param* `transform` — called once for each record");
    expect(markdown).toContain("*@example*\n```typescript\ncounts.map(([word]) => word)\n```");
    expect(text).toContain("@param transform — called once for each record");
    expect(text).not.toContain("```");
  });

  test.each<[string, Situation, string]>([
    ["a constant of another cell", { cells: ["const rate = 5"], code: "rate|" }, "const rate: 5"],
    ["a let of another cell", { cells: ["let level = 5"], code: "lev|el + 1" }, "let level: number"],
    [
      "a class of another cell, without the path of its module",
      { cells: ["class Depth {}", "const d = new Depth()"], code: "d|" },
      "const d: Depth",
    ],
    [
      "an imported name as what it is",
      { code: 'import { increment } from "./util"\nincrement|' },
      "function increment(n: number): number",
    ],
    ["the value of a magic", { cells: ["const given = %plot x"], code: "given|" }, "const given: any"],
  ])("shows %s", (_, situation, expected) => {
    expect(inspect(situation).text.split("\n")[0]).toBe(expected);
  });

  test("shows the signature of the call around the cursor", () => {
    const { markdown } = inspect({ code: "Seconds(|)" });
    expect(markdown).toBe(
      "```typescript\nSeconds(count: number): { ms: number; }\n```\n\nDuration of so many seconds.",
    );
  });

  test("adds the definition at detail 1", () => {
    const situation = { cells: ["function area(w: number) {\n  return w * 2\n}"], code: "area|" };
    expect(inspect(situation).text).not.toContain("return w * 2");
    expect(inspect(situation, 1).text).toContain("function area(w: number) {\n  return w * 2\n}");
  });

  test("shows the help of a magic", () => {
    expect(inspect({ code: "%pl|ot x" }).text).toBe(
      "usage: %plot STREAM [--mode MODE] [--top N] [--title TEXT]",
    );
    expect(inspect({ code: "const a = %PLOT |x" }).markdown).toMatch(/^```text\n<stream> /);
    expect(inspect({ code: "const a = %PL|OT x" }).markdown).toMatch(/^```text\nusage: %plot/);
  });

  test.each<[string, string, RegExp]>([
    ["an option of a magic", "%plot x --to|p 5", /^--top {2}.*\n\nusage: %plot/],
    ["an option with its value", "%plot x --mode=up|", /^--mode .*; one of update, append, single/],
    ["a stream that a magic is given", "%plot li|nes", /^const lines: InputDStream<string>/],
    ["a value of an option", "%plot x --mode up|", /^--mode .*; one of update, append, single\n\nusage/],
    [
      "a value by its place",
      "%stream sta|rt",
      /^<action> {2}what to do; one of start, stop, status\n\nusage/,
    ],
    ["a word that is no stream yet", "%plot nothing|", /^<stream> {2}what to draw\n\nusage: %plot/],
    ["a word that is one too many", "%plot lines more|", /^usage: %plot/],
    ["the magic that help is asked for", "%help plo|t", /^usage: %plot/],
    [
      "that there is no such magic, and near ones",
      "%plto lines|",
      /^there is no magic %plto; did you mean %plot\?$/,
    ],
    ["where there is none near", "%nonsense|", /^there is no magic %nonsense; %lsmagic lists all$/],
  ])("shows %s", (_, code, expected) => {
    expect(inspect({ cells: [LINES], code }).text).toMatch(expected);
  });

  test.each<[string, Situation, string | undefined]>([
    ["a variable of another cell", { cells: ["const held = 5"], code: "held|" }, "held"],
    ["one that a cell declares again", { cells: ["const held = 5"], code: "const held = 6; he|ld" }, "held"],
    [
      "a parameter of the same name",
      { cells: ["const held = 5"], code: "[1].map(held => he|ld)" },
      undefined,
    ],
    ["a member of the same name", { cells: ["const held = 5"], code: "({ held: 1 }).he|ld" }, undefined],
    ["a name of Node", { code: "proc|ess" }, undefined],
  ])("knows whether a value could be shown of %s", (_, situation, variable) => {
    expect(inspect(situation).variable).toBe(variable);
  });

  test.each<[what: string, code: string, said: string]>([
    ["a function of the language", "parseIn|t('1')", "Converts a string to an integer."],
    ["its parameter", "parseInt('1', |)", "radix — A value between 2 and 36"],
    ["a method", "[1].ma|p(String)", "Calls a defined callback function on each element"],
    ["a call of a method", "'a'.slice(|)", "Returns a section of a string."],
    ["a variable that is a constructor", "new Prom|ise(() => {})", "Creates a new Promise."],
    ["a call of it", "new Promise(|)", "Creates a new Promise."],
    [
      "a namespace of functions",
      "Math.ma|x(1)",
      "Returns the larger of a set of supplied numeric expressions.",
    ],
    ["a name of a module of Node", 'import { join } from "node:path"; joi|n', "Join all arguments together"],
    [
      "what a class overrides",
      "class Chunk extends Uint8Array { override fill(n: number) { return this } }; new Chunk().fi|ll(1)",
      "Changes all array elements from `start` to `end` index to a static `value`",
    ],
  ])("says what comments of libraries say of %s", (_, code, said) => {
    expect(inspect({ code }).text).toContain(said);
  });

  test.each(["|", "// comment|", "unknownName|;", "%|"])("finds nothing at %j", (code) => {
    expect(inspect({ code })).toEqual({ found: false, markdown: "", text: "" });
  });
});

test("every place in a cell, whole or half typed, has an answer within the cell", () => {
  const whole = `%plot lines --mode up
const r = \`x \${[1].map(n => n.toFixed())}\`;
import fs from "node:fs"
!ls\r
class A { #p = 1 }
r?.at(0).`;
  for (let cursor = 0; cursor <= whole.length; cursor++) {
    for (const code of [whole, whole.slice(0, cursor)]) {
      const { start, end, matches } = language.complete(code, cursor);
      expect([start >= 0, start <= cursor, cursor <= end, end <= code.length]).toEqual([
        true,
        true,
        true,
        true,
      ]);
      expect(matches.filter(({ text, signature }) => /\n|__cell/.test(text + signature))).toEqual([]);
      language.inspect(code, cursor, 1);
    }
  }
});

test("declaration files that are missing leave the rest", () => {
  const options = {
    ...folder.options,
    globals: ["/nowhere/globals.d.ts"],
    modules: { millrace: "/nowhere/index.d.ts" },
  };
  const service = new LanguageService(options, now);
  const code = 'import { SparkContext } from "millrace"\n[1].ma';
  expect(service.complete(code, code.length).matches.map(({ text }) => text)).toEqual(["map"]);
});

describe("the folder's tsconfig.json", () => {
  test("is respected: libraries, paths and JSX", () => {
    const own = notebookFolder();
    own.write(
      "tsconfig.json",
      JSON.stringify({
        compilerOptions: { lib: ["ES2023", "DOM"], jsx: "react", paths: { "#util": ["./util.ts"] } },
      }),
    );
    const service = new LanguageService(own.options, now);
    const all = (code: string) => service.complete(code, code.length).matches.map(({ text }) => text);
    expect(all("document.createElem")).toContain("createElement");
    expect(all('import { increment } from "#util"; increment(1).toF')).toEqual(["toFixed"]);
    expect(service.isComplete("const a = <b>x</b>").status).toBe("complete");
    own.remove();
  });

  test("may ask for libraries that are modules themselves, beside which all others stay global", () => {
    const own = notebookFolder();
    own.write("tsconfig.json", JSON.stringify({ compilerOptions: { lib: ["ESNext"] } }));
    const service = new LanguageService(own.options, now);
    const all = (code: string) => service.complete(code, code.length).matches.map(({ text }) => text);
    expect(all("Promise.wit")).toEqual(["withResolvers"]);
    expect(all("[1].values().dro")).toEqual(["drop"]);
    own.remove();
  });

  test("that cannot be read leaves the defaults", () => {
    const own = notebookFolder();
    own.write("tsconfig.json", "{ nonsense");
    const service = new LanguageService(own.options, now);
    expect(service.complete("[1].ma", 6).matches.map(({ text }) => text)).toEqual(["map"]);
    own.remove();
  });
});
