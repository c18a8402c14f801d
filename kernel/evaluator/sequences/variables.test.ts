import { sequences } from "../testing/sequence.js";

sequences("variables", [
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

  {
    title: "a const may become a function, a class, an enum, a namespace and a variable again",
    cells: [
      "const a = 1",
      "function a() {}",
      "class a { static x = 9 }",
      "enum a { P, Q }",
      "namespace a { export const z = 4 }",
      "let a",
      "a",
    ],
  },
  {
    title: "a type and an interface of a variable's name leave the variable alone",
    cells: ["const a = 1", "interface a { x: number }", "type a = string", "a"],
    result: "1",
  },
  {
    title: "closures of earlier cells see a redeclared class",
    cells: ["class C { v = 1 }\nconst make = () => new C().v", "class C { v = 2 }", "make()"],
    result: "2",
  },
  {
    title: "closures of earlier cells see a redeclared enum",
    cells: ["enum E { A = 1 }", "const a = () => E.A", "enum E { A = 7 }", "a()"],
    result: "7",
  },
  {
    title: "a const that becomes a function is that function for earlier closures",
    cells: ["const unit = 'a'; const show = () => typeof unit", "function unit() {}", "show()"],
    result: "'function'",
  },
  {
    title: "a declaration may not use the value it replaces",
    cells: ["let a = 1", "let a = a + 1"],
    error: "ReferenceError: Cannot access 'a' before initialization",
  },
  {
    title: "nested patterns with defaults, computed keys and rests",
    cells: [
      "const key = 'k', { [key]: [a = 1, ...more], deep: { x = 5 } = {} } = { k: [undefined, 2, 3] }",
      "[a, more, x]",
    ],
    result: "[ 1, [ 2, 3 ], 5 ]",
  },
  {
    title: "a later declarator sees an earlier one",
    cells: ["const { x, y = x } = { x: 1 }, [z] = [x + y]; z"],
    result: "2",
  },
  {
    title: "each turn of a loop has its own let, and all share a var",
    cells: [
      "const own = [], shared = []\nfor (let i = 0; i < 2; i++) own.push(() => i)\nfor (var j = 0; j < 2; j++) shared.push(() => j)",
      "[own.map(f => f()), shared.map(f => f())]",
    ],
    result: "[ [ 0, 1 ], [ 2, 2 ] ]",
  },
  {
    title: "names of the language may be declared without harm to the kernel",
    cells: [
      "let Promise = 5, Object = 6, Array = 7, Symbol = 8, Error = 9, globalThis = 10, NaN = 11",
      "await 1; [Promise, Object, Array, Symbol, Error, globalThis, NaN].join()",
    ],
    result: "'5,6,7,8,9,10,11'",
  },
  {
    title: "ambient names may be declared",
    cells: ["let display = 1, require = 2, input = 3, comms = 4", "display + require + input + comms"],
    result: "10",
  },
  {
    title: "what globalThis is given is seen in the same cell",
    cells: ["globalThis.late1 = 5; late1 + 1"],
    result: "6",
  },
  {
    title: "what globalThis is given is seen by functions of earlier cells",
    cells: ["const f = () => late2", "globalThis.late2 = 7;", "f()"],
    result: "7",
  },
  {
    title: "a late global may be assigned without being declared",
    cells: ["const f = () => { late3 = 2 }", "globalThis.late3 = 1; f(); [late3, globalThis.late3]"],
    result: "[ 2, 2 ]",
  },
  {
    title: "a variable stands before a global of its name",
    cells: ["globalThis.late4 = 1; const f = () => late4", "let late4 = 'mine'", "[f(), globalThis.late4]"],
    result: "[ 'mine', 1 ]",
  },
  {
    title: "a script run in the global scope declares globals",
    cells: ["(0, eval)('var late5 = 3'); late5"],
    result: "3",
  },
  {
    title: "this at the top level is undefined, as in a module",
    cells: ["typeof this"],
    result: "'undefined'",
  },
  {
    title: "this of a top-level arrow function is that of the cell",
    cells: ["(() => this)() === undefined"],
    result: "true",
  },
]);
