import { sequences } from "../testing/sequence.js";

sequences("TypeScript", [
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

  {
    title: "overloads and assertion signatures",
    cells: [
      "function f(x: string): string\nfunction f(x: number): number\nfunction f(x: unknown) { return x }\nfunction check(x: unknown): asserts x is string {}",
      "check('a'); f(4)",
    ],
    result: "4",
  },
  { title: "an angle-bracket assertion", cells: ["const v = <number>(3 as unknown)\nv"], result: "3" },
  { title: "a definite assignment", cells: ["let x!: number\nx = 5", "x"], result: "5" },
  {
    title: "a generic arrow function",
    cells: ["const id = <T,>(x: T) => x\nid<string>('s')"],
    result: "'s'",
  },
  {
    title: "const type parameters and as const",
    cells: ["const f = <const T extends readonly unknown[]>(t: T) => t\nf([1, 2] as const)"],
    result: "[ 1, 2 ]",
  },
  { title: "a const enum", cells: ["const enum K { A = 3, B }", "K.B"], result: "4" },
  {
    title: "an enum of strings and computed members",
    cells: ["enum F { A = 1 << 2, S = 'x', L = 'abc'.length }", "[F.A, F.S, F.L]"],
    result: "[ 4, 'x', 3 ]",
  },
  {
    title: "namespaces of one cell merge, with classes and functions too",
    cells: [
      "namespace N { export const a = 1 }\nnamespace N { export const b = a + 1 }\nclass C {}\nnamespace C { export const s = 2 }\nfunction f() { return 3 }\nnamespace f { export const q = 4 }",
      "[N, C.s, f(), f.q]",
    ],
    result: "[ { a: 1, b: 2 }, 2, 3, 4 ]",
  },
  {
    title: "a nested namespace",
    cells: ["export namespace A.B { export const v = 1 }", "A.B.v"],
    result: "1",
  },
  {
    title: "declarations without values",
    cells: [
      "declare const z: number\ndeclare function f(): void\ndeclare global { interface Window { z: 1 } }\ndeclare module 'm' {}",
      "typeof z",
    ],
    result: "'undefined'",
  },
  {
    title: "an import assignment",
    cells: ["import path = require('node:path')", "typeof path.join"],
    result: "'function'",
  },
  {
    title: "words that are keywords of types only",
    cells: [
      "let type = 1, of = 2, get = 3, from = 4, as = 5, namespace = 6, declare = 7, is = 8, satisfies = 9",
      "type + of + get + from + as + namespace + declare + is + satisfies",
    ],
    result: "45",
  },
  {
    title: "this parameters, tuples and unique symbols",
    cells: [
      "function f(this: { v: number }) { return this.v }\nconst t: [a: number, b?: string] = [f.call({ v: 2 })]\ndeclare const u: unique symbol",
      "t",
    ],
    result: "[ 2 ]",
  },
  {
    title: "an accessor keyword",
    cells: ["class A { accessor v = 1 }\nconst a = new A(); a.v++", "a.v"],
    result: "2",
  },
]);
