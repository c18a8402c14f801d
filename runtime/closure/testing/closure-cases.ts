/**
 * What travels, and what is refused, as text: each case is compiled by each way there is to run a program (a module of
 * Node's, ts-node, a bundle, a cell), and must give the same everywhere.
 */
export interface ClosureCase {
  /** Begins "a function …" in the mind of the reader. */
  title: string;
  /** What stands before the function in its module, or in its cell. */
  given?: string;
  /** The function, as an expression. */
  f: string;
  /** Records it is mapped over; default `[1]`. */
  on?: unknown[];
  /** What the mapping gives, as JSON has it. */
  gives?: unknown[];
  /** Code and sentence of the refusal. */
  refused?: [code: string, sentence: RegExp];
}

/** Files beside the program of a case, by name. `.ts` becomes `.js` where Node is to read them as they are. */
export const FILES: Record<string, string> = {
  "helpers.ts": `
    export const double = (x) => x * 2;
    export let level = 1;
    export const raise = () => { level += 1; };
    export default function triple(x) { return x * 3; }
    export class Point {
      constructor(x) { this.x = x; }
      get doubled() { return double(this.x); }
    }
    export const busy = setInterval(() => undefined, 1e9).unref();
  `,
  "again.ts": `
    export { double as twice } from "./helpers.js";
    export * from "./helpers.js";
    export * as all from "./helpers.js";
  `,
  "node_modules/esm-pack/package.json": `{ "name": "esm-pack", "type": "module", "exports": { "default": "./main.js" } }`,
  "node_modules/esm-pack/main.js": `
    const seen = new WeakMap();
    class Counter { #n = 0; next() { this.#n += 1; return this.#n; } }
    export const counter = new Counter();
    export function slug(text) { seen.set({}, text); return text.toLowerCase().replaceAll(" ", "-"); }
    export default function shout(text) { seen.set({}, text); return text.toUpperCase(); }
  `,
  "node_modules/cjs-pack/package.json": `{ "name": "cjs-pack", "main": "main.js" }`,
  "node_modules/cjs-pack/main.js": `
    var seen = new WeakMap();
    function pad(text) { seen.set({}, text); return " " + text; }
    pad.left = function (text) { seen.set({}, text); return "<" + text; };
    module.exports = pad;
  `,
  "node_modules/cjs-named/package.json": `{ "name": "cjs-named", "main": "main.js" }`,
  "node_modules/cjs-named/main.js": `
    var seen = new WeakMap();
    exports.trim = function (text) { seen.set({}, text); return text.trim(); };
    exports.limits = { low: 1 };
  `,
};

export const TRAVELS: ClosureCase[] = [
  {
    title: "over long arrays with properties of their own, of numbers or not",
    given: `
      const numbers = Object.assign(Array.from({ length: 2_000 }, (_, i) => i), { unit: "ms" });
      const texts = Object.assign(Array.from({ length: 2_000 }, (_, i) => String(i)), { unit: { of: "time" } });
    `,
    f: "(x) => [numbers.length, numbers[x], numbers.unit, texts.length, texts[x], texts.unit.of]",
    gives: [[2_000, 1, "ms", 2_000, "1", "time"]],
  },
  {
    title: "with a computed key of an object, and parameters in parentheses",
    f: "([key, n]) => ({ [key]: n })",
    on: [["a", 1]],
    gives: [{ a: 1 }],
  },
  // Forms of functions.
  { title: "an arrow", f: "(x) => x + 1", gives: [2] },
  { title: "a function expression", f: "function (x) { return x + 1; }", gives: [2] },
  { title: "a declared function", given: "function inc(x) { return x + 1; }", f: "inc", gives: [2] },
  {
    title: "an async function",
    given: "async function later(x) { return x; }\nconst soon = async (x) => later(x);",
    f: "(x) => [later(x), soon(x)].map((p) => p instanceof Promise)",
    gives: [[true, true]],
  },
  {
    title: "a generator",
    given: "function* upTo(x) { for (let i = 1; i <= x; i++) yield i; }",
    f: "(x) => [...upTo(x)]",
    on: [3],
    gives: [[1, 2, 3]],
  },
  {
    title: "an async generator",
    given: "async function* ticks(x) { yield x; }",
    f: "(x) => typeof ticks(x)[Symbol.asyncIterator]",
    gives: ["function"],
  },
  { title: "a method", given: "const math = { twice(x) { return x * 2; } };", f: "math.twice", gives: [2] },
  {
    title: "a method with a computed name, a generator and an async method",
    given: 'const name = "odd one"; const made = { *[name](x) { yield x; }, async 7(x) { return x; } };',
    f: "(x) => [[...made[name](x)], made[7](x) instanceof Promise]",
    gives: [[[1], true]],
  },
  {
    title: "the function of a getter, and of a setter",
    given:
      "const { get } = Object.getOwnPropertyDescriptor({ get seven() { return 7; } }, 'seven');\nconst { set } = Object.getOwnPropertyDescriptor({ set it(x) { x.push(1); } }, 'it');",
    f: "() => { const a = []; set(a); return [get(), a.length]; }",
    gives: [[7, 1]],
  },
  {
    title: "a function made by new Function",
    given: 'const made = new Function("x", "return x + 1");',
    f: "(x) => made(x)",
    gives: [2],
  },

  // Scopes.
  {
    title: "recursion, by its own name and by a variable",
    given:
      "const fib = (n) => (n < 2 ? n : fib(n - 1) + fib(n - 2));\nconst up = function own(n) { return n === 0 ? 0 : 1 + own(n - 1); };",
    f: "(n) => [fib(n), up(n)]",
    on: [10],
    gives: [[55, 10]],
  },
  {
    title: "functions that refer to each other",
    given:
      "function isEven(n) { return n === 0 || isOdd(n - 1); }\nfunction isOdd(n) { return n !== 0 && isEven(n - 1); }",
    f: "(n) => isEven(n)",
    on: [10],
    gives: [true],
  },
  {
    title: "the scopes of the factory that made it",
    given:
      "function scale(factor) { const offset = 1; const by = (x) => x * factor; return (x) => by(x) + offset; }",
    f: "scale(3)",
    on: [2],
    gives: [7],
  },
  {
    title: "two closures of one factory, each with its own scope",
    given: "const adder = (n) => (x) => x + n;\nconst one = adder(1);\nconst ten = adder(10);",
    f: "(x) => [one(x), ten(x)]",
    gives: [[2, 11]],
  },
  {
    title: "closures over closures over closures",
    given: "const a = (x) => x + 1;\nconst b = (x) => a(a(x));\nconst c = (x) => b(b(x));",
    f: "(x) => c(x)",
    gives: [5],
  },
  {
    title: "a variable of a loop",
    given: "const made = [];\nfor (let i = 0; i < 3; i++) made.push((x) => x + i);\nconst last = made[2];",
    f: "last",
    gives: [3],
  },
  {
    title: "a variable of a block, and of a catch",
    given:
      "let made;\n{ const inner = 5; try { throw new Error('3'); } catch ({ message }) { made = (x) => x + inner + Number(message); } }",
    f: "made",
    gives: [9],
  },
  {
    title: "default arguments that refer outward and to each other",
    given: "const list = [1, 2, 3];",
    f: "(x, y = list.length, z = y + x) => [x, y, z]",
    gives: [[1, 3, 4]],
  },
  {
    title: "parameters that are taken apart, with defaults from outside",
    given: "const fallback = 7;",
    f: "([a, { b = fallback, ...rest }]) => [a, b, rest]",
    on: [[1, { c: 2 }]],
    gives: [[1, 7, { c: 2 }]],
  },
  {
    title: "names that are shadowed",
    given: "const x = 100;\nconst list = [1];",
    f: "(y) => { const list = y; { const x = list; return x; } }",
    on: [5],
    gives: [5],
  },
  {
    title: "labels that are named as variables",
    given: "const outer = 3;",
    f: "(x) => { outer: for (;;) { for (;;) { x += outer; break outer; } } return x; }",
    gives: [4],
  },
  {
    title: "properties and keys that are named as variables of the program",
    given: "const rate = 2;\nconst key = 'k';",
    f: "(x) => ({ rate: x, key, [key]: rate }).k",
    gives: [2],
  },
  { title: "`this` of its own", f: "function (x) { return this === undefined ? x : 'this'; }", gives: [1] },
  {
    title: "`arguments` of its own",
    f: "function () { return arguments.length >= 1; }",
    gives: [true],
  },
  {
    title: "`new.target`",
    given: "function made() { return new.target === undefined; }",
    f: "() => made()",
    gives: [true],
  },

  // Text that is hard to read.
  {
    title: "template literals in template literals",
    given: "const n = 2;",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of a function
    f: "(x) => `a}${`{${x}`}\\`${n}`",
    gives: ["a}{1`2"],
  },
  {
    title: "tagged templates",
    given: "const tag = (parts, ...values) => parts.raw.join('|') + values.join();\nconst n = 2;",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of a function
    f: "(x) => tag`a${x}\\n${n}`",
    gives: ["a|\\n|1,2"],
  },
  {
    title: "regular expressions with braces, quotes and slashes",
    given: "const rest = /[/}'\"`]+/g;",
    f: "(x) => x.replace(rest, '').replace(/[{/]\\/\\/*/, '!')",
    on: ["a'}{//b"],
    gives: ["a{b"],
  },
  {
    title: "comments with braces and quotes, before and after",
    f: "(/* } ' */ x /* ) => */) => { // { ` \n return x /* } */ + 1; // '\n}",
    gives: [2],
  },
  {
    title: "strings with // and /* in them",
    f: "(x) => 'http://a/*b*/' + \"// }\" + x",
    gives: ["http://a/*b*/// }1"],
  },
  {
    title: "optional chaining, ?? and ??= on its own variables",
    given: "const table = { a: { b: 1 } };",
    f: "(x) => { let y; y ??= table?.[x]?.b ?? 0; return y; }",
    on: ["a", "z"],
    gives: [1, 0],
  },
  {
    title: "names with other letters",
    given: "const größe = 3;\nconst $ = 1, _ = 2;",
    f: "(x) => größe + $ + _ + x",
    gives: [7],
  },

  // Classes.
  {
    title: "a class, with getters, static members and private ones",
    given: `
      const rate = 2;
      class Meter {
        static unit = "m" + rate;
        static #made = 0;
        static make(x) { Meter.#made += 1; return new Meter(x); }
        #x;
        constructor(x) { this.#x = x; }
        get scaled() { return this.#x * rate; }
        static get made() { return Meter.#made; }
      }`,
    f: "(x) => { const m = Meter.make(x); return [m.scaled, Meter.unit, Meter.made > 0, m instanceof Meter]; }",
    gives: [[2, "m2", true, true]],
  },
  {
    title: "an instance, in other values, with its fields and its class",
    given: `
      class Point { constructor(x, tags) { this.x = x; this.tags = tags; } get doubled() { return this.x * 2; } }
      const points = new Map([["a", [new Point(4, new Set(["p"]))]]]);`,
    f: "(key) => points.get(key).map((p) => [p.doubled, p.tags.has('p'), p instanceof Point])",
    on: ["a"],
    gives: [[[8, true, true]]],
  },
  {
    title: "an instance that is in itself, of a class that extends another",
    given: `
      class Shape { constructor(n) { this.n = n; } area() { return this.n; } }
      class Circle extends Shape { next = this; area() { return super.area() * 3; } }
      const circle = new Circle(2);`,
    f: "() => [circle.next.next.area(), circle instanceof Shape]",
    gives: [[6, true]],
  },
  {
    title: "a class that extends what a function gives",
    given:
      "const Mixin = (Base) => class extends Base { more() { return 'more'; } };\nclass A { a() { return 'a'; } }\nclass B extends Mixin(A) {}\nconst b = new B();",
    f: "() => [b.more(), b.a(), new B().more()]",
    gives: [["more", "a", "more"]],
  },
  {
    title: "a class whose static fields and blocks are computed from what it captures",
    given: `
      const rate = 7;
      const double = (x) => x * 2;
      class Base { base(x) { return x + 1; } static make() { return new Derived(); } }
      class Derived extends Base { derived(x) { return this.base(x) * 10; } }
      const twice = (x) => new Base().base(double(x));
      class Table {
        static rate = rate;
        static doubled = double(rate);
        static through = [1, 2].map((x) => twice(x));
        static key = "k";
        static { Table.key += new Derived().derived(1); }
        static made = Base.make();
      }`,
    f: "() => [Table.rate, Table.doubled, Table.through, Table.key, Table.made.derived(1)]",
    gives: [[7, 14, [3, 5], "k20", 20]],
  },
  {
    title: "a class with a static field that cannot travel: the worker evaluates it anew",
    given:
      "class Cache { static all = new WeakMap(); static size = 0; static add(key) { Cache.all.set(key, 1); return ++Cache.size; } }\nCache.size = 5;",
    f: "() => [Cache.add({}) > 5, Cache.all instanceof WeakMap]",
    gives: [[true, true]],
  },
  {
    title: "a class that extends one of Node's",
    given: 'import { EventEmitter } from "node:events";\nclass Emitter extends EventEmitter {}',
    f: "() => new Emitter().emit('nothing')",
    gives: [false],
  },
  {
    title: "a class as it was when the function was declared: what was set in it later is there",
    given: "class Settings { static level = 1; }\nSettings.level = 5;\nSettings.name2 = 'n';",
    f: "() => [Settings.level, Settings.name2]",
    gives: [[5, "n"]],
  },
  {
    title: "properties of a function",
    given: "function parse(x) { return [x, parse.mode]; }\nparse.mode = 'strict';",
    f: "(x) => parse(x)",
    gives: [[1, "strict"]],
  },
  {
    title: "a class of the old form, and an instance of it",
    given:
      "function Old(x) { this.x = x; }\nOld.prototype.get = function () { return this.x; };\nconst old = new Old(3);",
    f: "() => [old.get(), new Old(4).get()]",
    gives: [[3, 4]],
  },
  {
    title: "an instance of a class that extends Map, Array or Error",
    given: `
      class Words extends Map { total() { return [...this.values()].reduce((a, b) => a + b); } }
      class Row extends Array { last() { return this.at(-1); } }
      class Failed extends Error { constructor(m) { super(m); this.code = "E1"; } short() { return this.code; } }
      const words = new Words([["a", 1], ["b", 2]]);
      const row = Row.from([1, 2]);
      const failed = new Failed("no");`,
    f: "() => [words.total(), row.last(), failed.short(), failed.message, failed instanceof Error]",
    gives: [[3, 2, "E1", "no", true]],
  },

  // Values.
  {
    title: "numbers as they are",
    given: "const [a, b, c] = [Number.NaN, -0, Infinity];",
    f: "() => [Number.isNaN(a), Object.is(b, -0), c > 1]",
    gives: [[true, true, true]],
  },
  {
    title: "a bigint",
    given: "const big = 2n ** 70n;",
    f: "(x) => String(big + BigInt(x))",
    gives: ["1180591620717411303425"],
  },
  {
    title: "undefined and null",
    given: "const a = undefined, b = null;",
    f: "() => [a === undefined, b === null]",
    gives: [[true, true]],
  },
  {
    title: "Map, Set, Date and RegExp, in each other",
    given: "const table = new Map([[1, new Set([new Date(5), /b+/gi])]]);",
    f: "() => [...table.get(1)].map((v) => v.getTime?.() ?? 'abb'.replace(v, ''))",
    gives: [[5, "a"]],
  },
  {
    title: "an Error with its cause and its properties",
    given:
      "const failed = Object.assign(new RangeError('far', { cause: new TypeError('near') }), { code: 7 });",
    f: "() => [failed instanceof RangeError, failed.message, failed.cause instanceof TypeError, failed.code]",
    gives: [[true, "far", true, 7]],
  },
  {
    title: "a URL and its parameters",
    given:
      "const url = new URL('http://a.b/c?d=e');\nconst more = { params: new URLSearchParams('f=g'), at: [url] };",
    f: "() => [url.host, url.searchParams.get('d'), more.params.get('f'), more.at[0].href]",
    gives: [["a.b", "e", "g", "http://a.b/c?d=e"]],
  },
  {
    title: "typed arrays and Buffers, in other values too",
    given:
      "const floats = Float64Array.of(1, 2);\nconst bytes = Buffer.from('hello').subarray(1, 3);\nconst model = { weights: floats, name: Buffer.from('é') };",
    f: "() => [floats[1], bytes.toString(), Buffer.isBuffer(bytes), model.weights.length, model.weights === floats, model.name.toString()]",
    gives: [[2, "el", true, 2, true, "é"]],
  },
  {
    title: "an ArrayBuffer and a DataView",
    given:
      "const memory = new ArrayBuffer(8);\nconst view = new DataView(memory, 4, 2);\nview.setInt16(0, 77);",
    f: "() => [memory.byteLength, view.byteLength, view.getInt16(0)]",
    gives: [[8, 2, 77]],
  },
  {
    title: "values that are the same are the same",
    given: "const inner = { n: 1 };\nconst a = [inner, inner];\nconst b = { inner };",
    f: "() => [a[0] === a[1], a[0] === b.inner]",
    gives: [[true, true]],
  },
  {
    title: "long arrays: of numbers, of anything, with a hole",
    given:
      "const numbers = Array.from({ length: 2000 }, (_, i) => (i === 1 ? -0 : i / 2));\nconst mixed = [...numbers, 'x', { n: numbers }];\nconst holes = [...numbers];\ndelete holes[7];",
    f: "() => [numbers.length, numbers[3], Object.is(numbers[1], -0), mixed[2000], mixed[2001].n === numbers, 7 in holes, holes[8]]",
    gives: [[2000, 1.5, true, "x", true, false, 4]],
  },
  {
    title: "arrays with holes and objects without a prototype",
    given: "const holes = [1, , 3];\nconst bare = Object.assign(Object.create(null), { a: 1 });",
    f: "() => [holes.length, 1 in holes, bare.a]",
    gives: [[3, false, 1]],
  },
  {
    title: "symbols: those of the language, those of the registry, and one of its own",
    given:
      "const it = Symbol.iterator;\nconst shared = Symbol.for('mill');\nconst own = Symbol('own');\nconst tagged = { [own]: 1, [shared]: 2, kind: own };",
    f: "() => [typeof [][it], Symbol.keyFor(shared), own.description, tagged[own], tagged[shared], tagged.kind === own]",
    gives: [["function", "mill", "own", 1, 2, true]],
  },
  {
    title: "functions in objects, arrays and maps",
    given:
      "const rate = 3;\nconst ops = { scale: (x) => x * rate, list: [Math.abs, (x) => -x], by: new Map([['inc', (x) => x + 1]]), own: { twice(x) { return this.times * x; }, times: 2 } };",
    f: "(x) => [ops.scale(x), ops.list.map((f) => f(-5)), ops.by.get('inc')(x), ops.own.twice(x)]",
    gives: [[3, [5, 5], 2, 2]],
  },
  {
    title: "a getter, which is not run before the function asks for it, and a setter",
    given: "const box = { get now() { this.runs += 1; return 7; }, set it(x) { this.x = x; }, runs: 0 };",
    f: "() => { box.it = 3; return [box.now, box.x, box.runs]; }",
    gives: [[7, 3, 1]],
  },
  {
    title: "a compiled WebAssembly module",
    given:
      "const wasm = { module: new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 127, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 6, 1, 4, 0, 65, 42, 11])) };",
    f: "() => new WebAssembly.Instance(wasm.module).exports.f()",
    gives: [42],
  },
  {
    title: "an object that is frozen",
    given: "const limits = Object.freeze({ low: 1 });",
    f: "() => limits.low",
    gives: [1],
  },
  {
    title: "names of Node and of the language",
    f: "(x) => Buffer.from(x).length + Math.max(1, 2) + structuredClone(1)",
    on: ["ab"],
    gives: [5],
  },
  {
    title: "functions of the language by other names",
    given:
      "const { max } = Math;\nconst slice = Array.prototype.slice;\nconst has = Object.prototype.hasOwnProperty;",
    f: "(x) => [max(x, 3), slice.call('ab', 1), has.call({ x }, 'x')]",
    gives: [[3, ["b"], true]],
  },
  { title: "a function of the language itself", f: "Number", on: ["7"], gives: [7] },

  // Imports.
  {
    title: "an imported function",
    given: 'import { double } from "./helpers.js";',
    f: "(x) => double(x)",
    gives: [2],
  },
  {
    title: "an imported function by another name, itself",
    given: 'import { double as d } from "./helpers.js";',
    f: "d",
    gives: [2],
  },
  {
    title: "a default import",
    given: 'import triple from "./helpers.js";',
    f: "(x) => triple(x)",
    gives: [3],
  },
  {
    title: "an imported namespace, of which it uses what can travel",
    given: 'import * as helpers from "./helpers.js";',
    f: "(x) => helpers.double(x) + helpers.default(x)",
    gives: [5],
  },
  {
    title: "an imported class, and an instance of it",
    given: 'import { Point } from "./helpers.js";\nconst point = new Point(2);',
    f: "(x) => [new Point(x).doubled, point.doubled]",
    gives: [[2, 4]],
  },
  {
    title: "what another file exports again",
    given: 'import { twice, double, all } from "./again.js";',
    f: "(x) => twice(double(all.double(x)))",
    gives: [8],
  },
  {
    title: "a module of Node's: named, default and namespace",
    given: 'import path, { basename } from "node:path";\nimport * as all from "node:path";',
    f: "(x) => [basename(x), path.extname(x), all.dirname(x)]",
    on: ["/a/b.c"],
    gives: [["b.c", ".c", "/a"]],
  },
  {
    title: "a module of Node's without its prefix",
    given: 'import { createHash } from "crypto";',
    f: "(x) => createHash('md5').update(x).digest('hex').slice(0, 4)",
    on: ["a"],
    gives: ["0cc1"],
  },
  {
    title: "a package of ES modules, which has state that cannot travel",
    given: 'import shout, { slug, counter } from "esm-pack";',
    f: "(x) => [shout(x), slug(x), counter.next() > 0]",
    on: ["A b"],
    gives: [["A B", "a-b", true]],
  },
  {
    title: "the namespace of a package of ES modules",
    given: 'import * as pack from "esm-pack";',
    f: "(x) => pack.slug(x)",
    on: ["A b"],
    gives: ["a-b"],
  },
  {
    title: "a CommonJS package: the function it is, and a property of it",
    given: 'import pad from "cjs-pack";',
    f: "(x) => [pad(x), pad.left(x)]",
    on: ["a"],
    gives: [[" a", "<a"]],
  },
  {
    title: "a CommonJS package: what it exports by name",
    given: 'import { trim, limits } from "cjs-named";',
    f: "(x) => [trim(x), limits.low]",
    on: [" a "],
    gives: [["a", 1]],
  },
];

export const REFUSED: ClosureCase[] = [
  {
    title: "a context",
    f: "() => sc",
    refused: [
      "RT_CLOSURE_STAYS",
      /`\(\) => sc` captures `sc`, a SparkContext, which cannot travel .* Put the plain value .* or do this part in foreachRDD/,
    ],
  },
  {
    title: "a context behind a helper",
    given: "const rate = 2;\nconst helper = (x) => [x, sc];",
    f: "(x) => rate * helper(x)",
    refused: [
      "RT_CLOSURE_STAYS",
      /`\(x\) => rate \* helper\(x\)` captures `helper`, which captures `sc`, a SparkContext/,
    ],
  },
  {
    title: "an RDD in an object",
    given: "const held = { rdd: sc.range(3) };",
    f: "() => held",
    refused: ["RT_CLOSURE_STAYS", /captures `held`, which captures `rdd`, an RDD, which cannot/],
  },
  {
    title: "an assignment to a captured variable",
    given: "let total = 0;",
    f: "(x) => { total += x; }",
    refused: [
      "RT_CLOSURE_WRITE",
      /captures `total`, and assigns to it.*sc\.longAccumulator\(\).*sc\.broadcast.*foreachRDD/,
    ],
  },
  {
    title: "an assignment inside a helper",
    given: "let seen = 0;\nconst count = () => seen++;",
    f: "() => count()",
    refused: ["RT_CLOSURE_WRITE", /captures `count`, which captures `seen`, and assigns to it/],
  },
  {
    title: "an assignment by a pattern, or by a loop",
    given: "let a, b;",
    f: "(x) => { [a] = x; for (b of x); }",
    refused: ["RT_CLOSURE_WRITE", /captures `a`, and assigns to it/],
  },
  {
    title: "a socket",
    given: 'import { Socket } from "node:net";\nconst socket = new Socket();',
    f: "() => socket",
    refused: ["RT_CLOSURE_STAYS", /captures `socket`, an instance of Socket, which cannot/],
  },
  {
    title: "an instance with private fields",
    given:
      "class Hidden { #key = 1; key() { return this.#key; } }\nclass Secret extends Hidden {}\nconst box = { inner: new Secret() };",
    f: "() => box",
    refused: [
      "RT_CLOSURE_STAYS",
      /captures `box`, which captures `inner`, an instance of \w+, which has private fields, which cannot/,
    ],
  },
  {
    title: "a proxy, whose traps are not run",
    given:
      "const proxy = new Proxy({}, { get() { throw new Error('a trap ran'); }, ownKeys() { throw new Error('a trap ran'); }, getPrototypeOf() { throw new Error('a trap ran'); }, has() { throw new Error('a trap ran'); } });",
    f: "() => proxy",
    refused: ["RT_CLOSURE_STAYS", /captures `proxy`, a proxy, which cannot/],
  },
  {
    title: "a proxy of a function",
    given: "const proxy = new Proxy(() => 1, {});",
    f: "() => proxy()",
    refused: ["RT_CLOSURE_STAYS", /captures `proxy`, a proxy, which cannot/],
  },
  {
    title: "an object without a class",
    given: "const orphan = Object.create({ a: 1 });",
    f: "() => orphan",
    refused: ["RT_CLOSURE_STAYS", /captures `orphan`, an object without a class that made it, which cannot/],
  },
  {
    title: "a WeakMap, a WeakRef, a Promise",
    given: "const weak = { map: new WeakMap() };",
    f: "() => weak",
    refused: [
      "RT_CLOSURE_STAYS",
      /captures `weak`, which captures `map`, an instance of WeakMap, which cannot/,
    ],
  },
  {
    title: "a bound function",
    given: "const bound = ((x) => x).bind(null);",
    f: "(x) => bound(x)",
    refused: [
      "RT_CLOSURE_NATIVE",
      /captures `bound`, which has no source that could travel: it is native, bound or a proxy\. Write what it does as an arrow function/,
    ],
  },
  {
    title: "a bound function itself",
    f: "((x) => x).bind(null)",
    refused: [
      "RT_CLOSURE_NATIVE",
      /` has no source that could travel: it is native, bound or a proxy\. Write what it does/,
    ],
  },
  {
    title: "a native function that no other thread has",
    given:
      "const { port1 } = new MessageChannel();\nconst { resolve } = (() => { let resolve; new Promise((r) => { resolve = r; }); return { resolve }; })();",
    f: "(x) => resolve(x)",
    refused: ["RT_CLOSURE_NATIVE", /captures `resolve`, which has no source/],
  },
  {
    title: "a name nobody defines",
    f: "() => nowhere",
    refused: ["RT_CLOSURE_UNKNOWN", /captures `nowhere`, which is not defined\. Define it before/],
  },
  {
    title: "`this` of the place around it",
    f: "(function () { return () => this; }).call(1)",
    refused: ["RT_CLOSURE_PLACE", /captures `this`, which has no meaning in a worker thread/],
  },
  {
    title: "`arguments` of the place around it",
    f: "(function () { return () => arguments.length; })(1)",
    refused: ["RT_CLOSURE_PLACE", /captures `arguments`, which has no meaning/],
  },
  {
    title: "`super` of an object around it",
    given:
      "const parent = { a() { return 1; } };\nconst child = { __proto__: parent, a() { return super.a(); } };\nconst { a } = child;",
    f: "() => a()",
    refused: ["RT_CLOSURE_PLACE", /captures `a`, which captures `super`, which has no meaning/],
  },
  {
    title: "import()",
    f: "async (x) => (await import('node:os')).cpus()[x]",
    refused: ["RT_CLOSURE_ASYNC", /is async/],
  },
  {
    title: "import() in a helper",
    given: "const load = async () => import('node:os');",
    f: "() => typeof load()",
    refused: [
      "RT_CLOSURE_PLACE",
      /captures `load`, which captures `import\(\)`, which has no meaning .* Import the module by an import statement/,
    ],
  },
  {
    title: "a function that is async",
    f: "async (x) => x",
    refused: [
      "RT_CLOSURE_ASYNC",
      /`async \(x\) => x` is async, and nobody waits here for its promise\. Use mapAsync/,
    ],
  },
];
