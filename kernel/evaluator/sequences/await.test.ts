import { sequences } from "../testing/sequence.js";

sequences("top-level await", [
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

  {
    title: "await in conditions, patterns and templates",
    cells: [
      "const [a, b] = await Promise.all([1, 2]); if (await true) { const k = await 3; console.log(String(await k)) }\na + b",
    ],
    stdout: "3\n",
    result: "3",
  },
  {
    title: "for await over promises",
    cells: ["for await (const x of [Promise.resolve(1), 2]) console.log(x)"],
    stdout: "1\n2\n",
  },
  {
    title: "an immediately called async function",
    cells: ["(async () => { await 1; return 42 })()"],
    result: "42",
  },
  { title: "await null", cells: ["await null"], result: "null" },
  {
    title: "await as a property and in a nested function's name",
    cells: ["({ await: 1 }).await"],
    result: "1",
  },
  {
    title: "an async class method and an async arrow",
    cells: ["class A { async go() { return [await (async x => x)(1)] } }\nawait new A().go()"],
    result: "[ 1 ]",
  },
  {
    title: "await in a finally",
    cells: ["try { throw 1 } catch { await 1 } finally { console.log(await 'end') }"],
    stdout: "end\n",
  },
  {
    title: "await in a static initializer is refused at its place",
    cells: ["class A { static v = await 1 }"],
    error: "SyntaxError: Cannot use keyword 'await' outside an async function",
    traceback: ["Cell In[1], line 1, column 22"],
  },
  {
    title: "variables declared before and after an await",
    cells: ["let a = 1; await 1; let b = a + 1; function c() { return b }", "[a, b, c()]"],
    result: "[ 1, 2, 2 ]",
  },
]);
