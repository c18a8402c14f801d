import { sequences } from "../testing/sequence.js";

sequences("functions and classes", [
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

  {
    title: "getters, setters, computed methods and spread",
    cells: [
      "const o = { get x() { return this._x ?? 1 }, set x(v) { this._x = v }, ['m' + 1]() { return 2 }, ...{ z: 3 } }",
      "o.x = 5; [o.x, o.m1(), o.z]",
    ],
    result: "[ 5, 2, 3 ]",
  },
  {
    title: "async generators and their values",
    cells: [
      "async function* g() { const got = yield 1; yield got }\nconst it = g(); await it.next()",
      "await it.next(7)",
    ],
    result: "{ value: 7, done: false }",
  },
  {
    title: "delegating and early returning generators",
    cells: [
      "const log = []; function* a() { try { yield* [1, 2] } finally { log.push('closed') } }",
      "for (const x of a()) break",
      "log",
    ],
    result: "[ 'closed' ]",
  },
  {
    title: "labels, break and continue",
    cells: [
      "const seen = []\nouter: for (const a of [1, 2]) { for (const b of [1, 2]) { if (b === 2) continue outer; if (a === 2) break outer; seen.push([a, b]) } }\nblock: { break block }",
      "seen",
    ],
    result: "[ [ 1, 1 ] ]",
  },
  {
    title: "a function of a block stays in it",
    cells: ["{ function inner() {} } typeof inner"],
    result: "'undefined'",
  },
  {
    title: "static blocks, private methods and accessors",
    cells: [
      "class P { static #count = 0; static { P.#count = 5 } static get count() { return P.#count } #x = 1; has(o: object) { return #x in o } }",
      "[P.count, new P().has(new P()), new P().has({})]",
    ],
    result: "[ 5, true, false ]",
  },
  {
    title: "tagged templates, raw strings and nested templates",
    cells: [`const tag = (s, ...v) => s.raw.join('|') + v.join()\ntag\`a\${\`b\${1}\`}\\n\${2}c\``],
    result: "'a|\\\\n|cb1,2'",
  },
  {
    title: "optional chaining and the logical assignments",
    cells: ["let n = null; n ??= { a: 4 }; n.b ||= 5; n.a &&= 6", "[n?.a, n.b, n.c?.d.e, n.f?.()]"],
    result: "[ 6, 5, undefined, undefined ]",
  },
  {
    title: "a default parameter sees the notebook, not the body",
    cells: ["const x = 1", "function f(a = x) { var x = 2; return [a, x] }\nf()"],
    result: "[ 1, 2 ]",
  },
  {
    title: "a class extends one of an earlier cell",
    cells: [
      "class A { who() { return 'A' } }",
      "class B extends A { who() { return super.who() + 'B' } }",
      "new B().who()",
    ],
    result: "'AB'",
  },
  {
    title: "a named function expression keeps its name to itself",
    cells: ["const f = function g() { return typeof g }", "[f(), typeof g]"],
    result: "[ 'function', 'undefined' ]",
  },
  {
    title: "a method may be named like a variable",
    cells: [
      "const run = 1; class A { run() { return run } static { this.prototype.run.x = run } }",
      "new A().run()",
    ],
    result: "1",
  },
]);
