import { tmpdir } from "node:os";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { TestNotebook } from "./test-notebook.js";

/**
 * Cells in, what the last one showed out. Exactly what is listed must be shown: a result, text or an error that is not
 * listed is a failure.
 */
interface Sequence {
  title: string;
  cells: string[];
  /** text/plain of the last cell's result. */
  result?: string;
  stdout?: string;
  stderr?: string;
  /** `ename: evalue` of the last cell. */
  error?: string;
}

const VARIABLES: Sequence[] = [
  { title: "a let is seen by later cells", cells: ["let a = 1", "a + 1"], result: "2" },
  { title: "a const is seen by later cells", cells: ["const a = 1", "a"], result: "1" },
  { title: "a let may be declared again", cells: ["let a = 1", "let a = 'x'", "a"], result: "'x'" },
  { title: "a const may be declared again", cells: ["const a = 1", "const a = 2", "a"], result: "2" },
  {
    title: "a const may become a let and be written",
    cells: ["const a = 1", "let a = 2; a = 3", "a"],
    result: "3",
  },
  {
    title: "a class may be declared again",
    cells: ["class A { v = 1 }", "class A { v = 2 }", "new A().v"],
    result: "2",
  },
  {
    title: "a function may become a variable",
    cells: ["function f() { return 1 }", "let f = 5", "f"],
    result: "5",
  },
  {
    title: "closures of earlier cells see a redeclared variable",
    cells: ["let rate = 1; const twice = () => rate * 2", "let rate = 10", "twice()"],
    result: "20",
  },
  {
    title: "closures of earlier cells see a redeclared function",
    cells: [
      "function unit() { return 'a' }\nfunction name() { return unit() }",
      "function unit() { return 'b' }",
      "name()",
    ],
    result: "'b'",
  },
  {
    title: "a function may mention what a later cell declares",
    cells: ["const area = () => width * height", "const width = 2, height = 3", "area()"],
    result: "6",
  },
  {
    title: "a var keeps its value when declared again without one",
    cells: ["var v = 1", "var v; v"],
    result: "1",
  },
  {
    title: "a var is hoisted out of blocks",
    cells: ["{ var v = 1 } for (var i = 0; i < 3; i++);", "[v, i]"],
    result: "[ 1, 3 ]",
  },
  { title: "a var of for-of is the notebook's", cells: ["for (var x of [1, 2]);", "x"], result: "2" },
  {
    title: "a let of a block stays in it",
    cells: ["{ let inner = 1 }", "typeof inner"],
    result: "'undefined'",
  },
  {
    title: "functions are hoisted within their cell",
    cells: ["const r = f(); function f() { return 4 }", "r"],
    result: "4",
  },
  {
    title: "objects are taken apart",
    cells: ["const { a, b: { c }, ...rest } = { a: 1, b: { c: 2 }, d: 3 }", "[a, c, rest]"],
    result: "[ 1, 2, { d: 3 } ]",
  },
  {
    title: "arrays are taken apart, with defaults",
    cells: ["let [a, , b = 5, ...rest] = [1, 2, undefined, 4]", "[a, b, rest]"],
    result: "[ 1, 5, [ 4 ] ]",
  },
  {
    title: "assignment patterns write notebook variables",
    cells: ["let a, b", "({ a, b = 2 } = { a: 1 });", "[a, b]"],
    result: "[ 1, 2 ]",
  },
  {
    title: "object shorthand takes notebook variables",
    cells: ["const a = 1, b = 2", "({ a, b })"],
    result: "{ a: 1, b: 2 }",
  },
  {
    title: "variables are swapped",
    cells: ["let a = 1, b = 2", "[a, b] = [b, a];", "[a, b]"],
    result: "[ 2, 1 ]",
  },
  {
    title: "a name of Node may be declared without harm to Node",
    cells: [
      "const process = 5, URL = 6, console2 = 7",
      "import { URL as U } from 'node:url'\nprocess + URL + typeof new U('a:b')",
    ],
    result: "'11object'",
  },
  {
    title: "console may be declared",
    cells: ["const console = { log: (x: number) => x + 1 }", "console.log(1)"],
    result: "2",
  },
  { title: "a parameter hides a variable", cells: ["const a = 1", "(a => a + 1)(5)"], result: "6" },
  { title: "typeof of an unknown name is no error", cells: ["typeof nothing"], result: "'undefined'" },
  {
    title: "names may be any identifiers",
    cells: ["const größe = 1, $ = 2, _ = 3, async = 4, of = 5", "größe + $ + _ + async + of"],
    result: "15",
  },
  {
    title: "names that objects inherit are variables like others",
    cells: ["let toString = 1, constructor = 2, __proto__ = 3", "[toString, constructor, __proto__]"],
    result: "[ 1, 2, 3 ]",
  },
  { title: "a called function has no this", cells: ["function f() { return this }", "f()"] },
  {
    title: "globalThis does not show the notebook's variables",
    cells: [
      "let secret = 1",
      "[globalThis.secret, Object.keys(globalThis).some(k => k.startsWith('secret'))]",
    ],
    result: "[ undefined, false ]",
  },
  {
    title: "what is put on globalThis is seen by later cells",
    cells: ["globalThis.shared = 7;", "shared"],
    result: "7",
  },
];

const FUNCTIONS: Sequence[] = [
  {
    title: "functions keep their names",
    cells: [
      "const f = () => 1, g = function () {}, C = class {}; function h() {}\nlet k; k = () => 2; const { m = () => 3 } = {}",
      "[f, g, C, h, k, m].map(x => x.name).join()",
    ],
    result: "'f,g,C,h,k,m'",
  },
  {
    title: "a class refers to itself",
    cells: ["class Node { static root = new Node(); next?: Node }", "Node.root instanceof Node"],
    result: "true",
  },
  {
    title: "recursion",
    cells: ["const fact = (n: number): number => n < 2 ? 1 : n * fact(n - 1)", "fact(10)"],
    result: "3628800",
  },
  {
    title: "generators",
    cells: ["function* count(n: number) { for (let i = 0; i < n; i++) yield i }", "[...count(3)]"],
    result: "[ 0, 1, 2 ]",
  },
  {
    title: "loops without braces and with labels",
    cells: [
      "let n = 0\nouter: for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) { if (j === 2) continue outer; n++ }\ndo n++; while (n < 8)\nn",
    ],
    result: "8",
  },
  {
    title: "switch, try and arguments",
    cells: [
      "function f() { switch (arguments.length) { case 1: let r = 'one'; return r; default: try { throw 1 } catch { return 'many' } } }",
      "f(1) + f(1, 2)",
    ],
    result: "'onemany'",
  },
];

const TYPESCRIPT: Sequence[] = [
  {
    title: "types and interfaces",
    cells: ["interface P { x: number }\ntype Q = P & { y?: string }\nconst p: Q = { x: 1 }", "p"],
    result: "{ x: 1 }",
  },
  {
    title: "generics, as, satisfies and non-null",
    cells: ["function id<T>(x: T): T { return x }\nconst v = (id<number>(3) as number)! satisfies number\nv"],
    result: "3",
  },
  {
    title: "calls with several type arguments are calls",
    cells: ["const pair = <A, B>(a: A, b?: B) => [a, b]", "[pair<number, string>(1)]"],
    result: "[ [ 1, undefined ] ]",
  },
  {
    title: "an enum",
    cells: ["enum Color { Red, Green = 5 }", "[Color.Green, Color[0]]"],
    result: "[ 5, 'Red' ]",
  },
  {
    title: "an enum declared again is a new one",
    cells: ["enum E { A }", "enum E { B }", "E"],
    result: "{ '0': 'B', B: 0 }",
  },
  {
    title: "a namespace declared again is a new one",
    cells: ["namespace N { export const a = 1 }", "namespace N { export const b = 2 }", "N"],
    result: "{ b: 2 }",
  },
  {
    title: "parameter properties and abstract classes",
    cells: [
      "abstract class A { constructor(readonly v: number) {} abstract f(): number }\nclass B extends A { f() { return this.v } }\nnew B(4).f()",
    ],
    result: "4",
  },
  {
    title: "decorators",
    cells: [
      "const log: string[] = []\nfunction tag(target: unknown, context: { name: string | symbol }) { log.push(String(context.name)) }\n@tag class A { @tag m() {} }",
      "log",
    ],
    result: "[ 'm', 'A' ]",
  },
  {
    title: "using disposes at the end of the cell",
    cells: [
      "const log: string[] = []",
      "using r = { [Symbol.for('x')]: 1, [(Symbol as any).dispose ?? Symbol.for('Symbol.dispose')]() { log.push('closed') } }\nlog.push('open')",
      "log",
    ],
    result: "[ 'open', 'closed' ]",
  },
  {
    title: "private fields and accessors",
    cells: [
      "class A { #v = 1; get v() { return this.#v } set v(n) { this.#v = n * 2 } }\nconst a = new A(); a.v = 4",
      "a.v",
    ],
    result: "8",
  },
];

const RESULTS: Sequence[] = [
  { title: "the last expression is the result", cells: ["const a = 1\na + 1"], result: "2" },
  { title: "a trailing semicolon hides it", cells: ["1 + 1;"] },
  { title: "a comment behind the semicolon changes nothing", cells: ["1 + 1; // two\n/* end */"] },
  { title: "a comment behind the expression changes nothing", cells: ["1 + 1 // two"], result: "2" },
  { title: "undefined shows nothing", cells: ["undefined"] },
  { title: "null is shown", cells: ["null"], result: "null" },
  { title: "an object at the start of the cell", cells: ["{ a: 1, b: [2] }"], result: "{ a: 1, b: [ 2 ] }" },
  { title: "an object as the last statement", cells: ["const a = 1\n{ a, b: 2 }"], result: "{ a: 1, b: 2 }" },
  { title: "an empty object", cells: ["{}"], result: "{}" },
  { title: "a block is a block", cells: ["{ const a = 1; console.log(a) }"], stdout: "1\n" },
  { title: "a string first in the cell is a value", cells: ["'use me'"], result: "'use me'" },
  { title: "a promise is awaited", cells: ["Promise.resolve(7)"], result: "7" },
  {
    title: "a template and a regular expression",
    cells: [`const n = 2;\n[\`\${n} %\${\`\${n}\`}\`, /[/%]/.source]`],
    result: "[ '2 %2', '[/%]' ]",
  },
  {
    title: "an arrow function and a conditional",
    cells: ["true ? () => 1 : null"],
    result: "[Function (anonymous)]",
  },
  { title: "a declaration has no value", cells: ["const a = 5"] },
  { title: "an empty cell", cells: [""] },
  { title: "a cell of comments", cells: ["// nothing\n/* at all */"] },
];

const AWAIT: Sequence[] = [
  { title: "top-level await", cells: ["const a = await Promise.resolve(1)", "a"], result: "1" },
  { title: "await inside an expression", cells: ["[await 1, await Promise.resolve(2)]"], result: "[ 1, 2 ]" },
  {
    title: "for await",
    cells: [
      "async function* g() { yield 1; yield 2 }\nlet sum = 0\nfor await (const x of g()) sum += x\nsum",
    ],
    result: "3",
  },
  {
    title: "await in a function does not make the cell wait",
    cells: ["async function f() { await 1; return 2 }\nconst p = f()", "await p"],
    result: "2",
  },
  {
    title: "a rejection is the cell's error",
    cells: ["await Promise.reject(new RangeError('r'))"],
    error: "RangeError: r",
  },
  {
    title: "declarations before a rejection are kept",
    cells: ["const a = 1; await Promise.reject(new Error('no'))", "a"],
    result: "1",
  },
];

const ERRORS: Sequence[] = [
  { title: "an unknown name", cells: ["nothing"], error: "ReferenceError: nothing is not defined" },
  {
    title: "an unknown name that is assigned",
    cells: ["nothing = 1"],
    error: "ReferenceError: nothing is not defined",
  },
  {
    title: "a use before its declaration",
    cells: ["late; let late = 1"],
    error: "ReferenceError: Cannot access 'late' before initialization",
  },
  {
    title: "a const that is assigned by another cell",
    cells: ["const k = 1", "k = 2"],
    error: "TypeError: Assignment to constant variable.",
  },
  {
    title: "a const that is assigned by its own cell",
    cells: ["const k = 1; k = 2"],
    error: "TypeError: Assignment to constant variable.",
  },
  {
    title: "an import that is assigned",
    cells: ["import { join } from 'node:path'", "join = 1"],
    error: "TypeError: Assignment to constant variable.",
  },
  {
    title: "a message names variables as they were written",
    cells: ["let o = {}", "o.f()"],
    error: "TypeError: o.f is not a function",
  },
  { title: "a thrown value that is no error", cells: ["throw { code: 5 }"], error: "Thrown: { code: 5 }" },
  { title: "a syntax error", cells: ["let x = 1 +"], error: "SyntaxError: Unexpected end of file" },
  {
    title: "a name declared twice in one cell",
    cells: ["let x = 1; let x = 2"],
    error: 'SyntaxError: The symbol "x" has already been declared',
  },
  {
    title: "await in a function that is not async",
    cells: ["function f() { await 1 }"],
    error: 'SyntaxError: "await" can only be used inside an "async" function',
  },
  {
    title: "a declaration that fails leaves the earlier value",
    cells: ["let a = 1", "let a = JSON.parse('{')", "a"],
    result: "1",
  },
  {
    title: "a declaration that fails declares nothing",
    cells: ["const a = JSON.parse('{')", "a"],
    error: "ReferenceError: a is not defined",
  },
];

const MODULES: Sequence[] = [
  {
    title: "a builtin by its names",
    cells: ["import { join, sep as s } from 'node:path'", "join('a', 'b') === 'a' + s + 'b'"],
    result: "true",
  },
  {
    title: "a namespace and a default",
    cells: ["import * as path from 'node:path'\nimport p from 'path'", "path.join === p.join"],
    result: "true",
  },
  {
    title: "an import below the code that uses it",
    cells: ["const r = join('a'); import { join } from 'node:path'\nr"],
    result: "'a'",
  },
  {
    title: "a type imported without `type`",
    cells: ["import { Stats, statSync } from 'node:fs'\nconst size = (s: Stats) => s.size\ntypeof statSync"],
    result: "'function'",
  },
  {
    title: "a name that the module lacks",
    cells: ["import { joyn } from 'node:path'", "joyn('a')"],
    error:
      "SyntaxError: The requested module 'node:path' does not provide an export named 'joyn'. Did you mean 'join'?",
  },
  { title: "only types", cells: ["import type { Stats } from 'node:fs'\nlet s: Stats | undefined\ns"] },
  { title: "for its effects", cells: ["import 'node:path'"] },
  {
    title: "import() and require",
    cells: ["const { join } = await import('node:path')\njoin === require('path').join"],
    result: "true",
  },
  {
    title: "import.meta and __dirname",
    cells: [
      "[import.meta.url.startsWith('file:///'), import.meta.dirname === __dirname, __filename.startsWith(__dirname)]",
    ],
    result: "[ true, true, true ]",
  },
  {
    title: "export means the declaration",
    cells: [
      "export const a = 1\nexport function f() { return a }\nexport { a as b }\nexport default class D {}",
      "[f(), D.name]",
    ],
    result: "[ 1, 'D' ]",
  },
  {
    title: "a package that is not there",
    cells: ["import x from 'no-such-package-here'"],
    error:
      'Error: cannot find the package "no-such-package-here" from TMP; install it there: npm install no-such-package-here',
  },
];

const OUTPUT: Sequence[] = [
  {
    title: "console writes to stdout and stderr",
    cells: ["console.log('a', 1); console.info('b'); console.error('c'); console.warn('d')"],
    stdout: "a 1\nb\n",
    stderr: "c\nd\n",
  },
  {
    title: "console.table, dir, group, assert",
    cells: ["console.group('g'); console.dir({ a: 1 }); console.groupEnd(); console.assert(false, 'no')"],
    stdout: "g\n  { a: 1 }\n",
    stderr: "Assertion failed: no\n",
  },
  {
    title: "counters go on from cell to cell",
    cells: ["console.count('n')", "console.count('n')"],
    stdout: "n: 2\n",
  },
  {
    title: "printed errors have the cell's places",
    cells: ["console.log(new Error('e').stack.split('\\n')[1].trim())"],
    stdout: "at Cell In[1], line 1, column 13\n",
  },
  {
    title: "printed names are those that were written",
    cells: ["try { nope } catch (e) { console.log(e.message) }"],
    stdout: "nope is not defined\n",
  },
];

const TMP = tmpdir();

describe.each([
  ["variables", VARIABLES],
  ["functions", FUNCTIONS],
  ["TypeScript", TYPESCRIPT],
  ["results", RESULTS],
  ["await", AWAIT],
  ["errors", ERRORS],
  ["modules", MODULES],
  ["output", OUTPUT],
])("%s", (_, sequences) => {
  let notebook: TestNotebook;
  beforeEach(() => {
    notebook = new TestNotebook();
  });
  afterEach(() => notebook.dispose());

  test.each(sequences)("$title", async ({ cells, result, stdout = "", stderr = "", error }) => {
    for (const cell of cells.slice(0, -1)) await notebook.run(cell);
    const shown = await notebook.run(cells.at(-1) ?? "");
    expect({
      result: shown.result?.["text/plain"],
      stdout: shown.stdout,
      stderr: shown.stderr,
      error: shown.error && `${shown.error.ename}: ${shown.error.evalue}`,
    }).toEqual({ result, stdout, stderr, error: error?.replace("TMP", TMP) });
  });
});
