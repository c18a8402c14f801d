import { sequences } from "../testing/sequence.js";

sequences("errors", [
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

  { title: "null that is thrown", cells: ["throw null"], error: "Thrown: null" },
  { title: "undefined that rejects", cells: ["await Promise.reject()"], error: "Thrown: undefined" },
  { title: "a string that is thrown", cells: ["throw 'a string'"], error: "Thrown: 'a string'" },
  { title: "a function that is thrown", cells: ["throw () => 1"], error: "Thrown: [Function (anonymous)]" },
  {
    title: "a frozen error",
    cells: ["throw Object.freeze(new RangeError('frozen'))"],
    error: "RangeError: frozen",
    traceback: ["Cell In[1], line 1, column 21"],
  },
  { title: "a frozen object", cells: ["throw Object.freeze({ a: 1 })"], error: "Thrown: { a: 1 }" },
  {
    title: "an error in a proxy, with the cell's places",
    cells: ["throw new Proxy(new Error('inside'), { get() { throw 1 } })"],
    error: "Thrown: Error: inside\n    at Cell In[1], line 1, column 17",
  },
  {
    title: "a proxy with traps that throw",
    cells: ["throw new Proxy({}, { get() { throw 1 } })"],
    error: "Thrown: {}",
  },
  {
    title: "an error without name, stack or a message of text",
    cells: ["throw Object.assign(new Error(), { name: undefined, stack: 5, message: 6 })"],
    error: "Error: 6",
  },
  {
    title: "an error of a class of the notebook",
    cells: ["class Refused extends Error { name = 'Refused' }", "throw new Refused('no')"],
    error: "Refused: no",
  },
  {
    title: "what an error carries is shown",
    cells: ["throw Object.assign(new Error('no'), { code: 'E_NO', at: { line: 3 } })"],
    error: "Error: no",
    traceback: ["{ code: 'E_NO', at: [Object] }"],
  },
  {
    title: "an error of another realm",
    cells: ["require('node:vm').runInNewContext('throw new TypeError(1)')"],
    error: "TypeError: 1",
    traceback: ["Cell In[1], line 1"],
  },
  {
    title: "an error that is its own cause is shown once",
    cells: ["const e = new Error('round'); e.cause = e; throw e"],
    error: "Error: round",
    traceback: ["Caused by:\nError: round (shown above)"],
  },
  {
    title: "a cause that is no error",
    cells: ["throw new Error('outer', { cause: { status: 404 } })"],
    error: "Error: outer",
    traceback: ["Caused by:\n{ status: 404 }"],
  },
  {
    title: "a message without end is cut",
    cells: ["throw new Error('x'.repeat(30_000))"],
    error: `Error: ${"x".repeat(10_000)}… 20,000 more characters`,
  },
  {
    title: "a recursion without end",
    cells: ["function f(): void { f() }\nf()"],
    error: "RangeError: Maximum call stack size exceeded",
    traceback: ["at f (Cell In[1], line 1, column 22)"],
  },
  {
    title: "frames of the kernel are left out",
    cells: ["const f = () => { throw new Error('no') }", "[1].map(() => f())"],
    error: "Error: no",
    traceback: [
      "    at f (Cell In[1], line 1, column 25)\n    at Cell In[2], line 1, column 15\n    at Array.map (<anonymous>)\n    at Cell In[2], line 1, column 5",
    ],
  },
  {
    title: "a place far to the right is brought into sight",
    cells: [`/* ${"-".repeat(200)} */ nope`],
    error: "ReferenceError: nope is not defined",
    traceback: [`> 1 | …${"-".repeat(95)} */ nope\n    | ${" ".repeat(100)}^`],
  },
  {
    title: "a name of Node that is misspelt",
    cells: ["consol.log(1)"],
    error: "ReferenceError: consol is not defined",
    traceback: ["Did you mean console?"],
  },
  {
    title: "an unterminated string",
    cells: ["const a = 1\nconst b = 'x\n"],
    error: "SyntaxError: Unterminated string literal",
    traceback: ["Cell In[1], line 2"],
  },
  {
    title: "a bracket too many",
    cells: ["const s = '👍'; )"],
    error: 'SyntaxError: Unexpected ")"',
    traceback: ["line 1, column 17"],
  },
  {
    title: "a const without a value",
    cells: ["const a"],
    error: 'SyntaxError: The constant "a" must be initialized',
  },
  {
    title: "return outside of a function",
    cells: ["return 5"],
    error: "SyntaxError: 'return' outside of function",
  },
  { title: "break outside of a loop", cells: ["break"], error: 'SyntaxError: Cannot use "break" here' },
  {
    title: "an invalid regular expression",
    cells: ["/(/"],
    error: "SyntaxError: Invalid regular expression: /(/: Unterminated group",
  },
  {
    title: "a syntax error leaves the notebook as it was",
    cells: ["let a = 1", "a = 2; let b = ;", "a"],
    result: "1",
  },
]);
