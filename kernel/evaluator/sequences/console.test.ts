import { sequences } from "../testing/sequence.js";

sequences("console prints as Node's", [
  {
    title: "formats",
    cells: [
      "console.log('%s is %d, %i %f %j %o %O %c styled %%', 'Bob', 42.5, 42.5, 1.5, { a: 1 }, [1], { b: 2 }, 'color: red', 'more')",
    ],
    stdout: 'Bob is 42.5, 42 1.5 {"a":1} [ 1, [length]: 1 ] { b: 2 }  styled % more\n',
  },
  {
    title: "nothing, and values of every kind",
    cells: ["console.log(); console.log(undefined, null, 5n, Symbol('x'), class A {}, -0)"],
    stdout: "\nundefined null 5n Symbol(x) [class A] -0\n",
  },
  {
    title: "tables",
    cells: ["console.table([{ a: 1, b: 'x' }, { a: 2 }], ['a']); console.table(5)"],
    stdout:
      "┌─────────┬───┐\n│ (index) │ a │\n├─────────┼───┤\n│ 0       │ 1 │\n│ 1       │ 2 │\n└─────────┴───┘\n5\n",
  },
  {
    title: "dir with its options",
    cells: ["console.dir({ a: { b: {} } }, { depth: 0 }); console.dirxml([1], 2)"],
    stdout: "{ a: [Object] }\n[ 1 ] 2\n",
  },
  {
    title: "groups, indented on both streams",
    cells: [
      "console.group('g', 1); console.log('in\\nside'); console.group(); console.error('deep'); console.groupEnd(); console.groupEnd(); console.groupEnd(); console.log('out')",
    ],
    stdout: "g 1\n  in\n  side\nout\n",
    stderr: "    deep\n",
  },
  {
    title: "counters and their resets",
    cells: ["console.count(); console.count('x'); console.count(); console.countReset(); console.count()"],
    stdout: "default: 1\nx: 1\ndefault: 2\ndefault: 1\n",
  },
  {
    title: "assertions",
    cells: ["console.assert(true, 'no'); console.assert(false); console.assert(0, 'of %d', 5)"],
    stderr: "Assertion failed\nAssertion failed: of 5\n",
  },
  {
    title: "a trace with the cell's places",
    cells: ["function f() {\n  console.trace('at %d', 1)\n}\nf()"],
    stderr: "Trace: at 1\n    at f (Cell In[1], line 2, column 11)\n    at Cell In[1], line 4, column 1\n",
  },
  {
    title: "errors with what they carry and their cause",
    cells: ["console.error(Object.assign(new Error('no', { cause: new Error('why') }), { code: 5 }))"],
    stderr:
      "Error: no\n    at Cell In[1], line 1, column 29 {\n  code: 5,\n  [cause]: Error: why\n      at Cell In[1], line 1, column 54\n}\n",
  },
  {
    title: "methods taken off it",
    cells: ["const { log, warn } = console; log(1); [2].forEach(x => warn(x))"],
    stdout: "1\n",
    stderr: "2\n",
  },
  {
    title: "what a proxy or a getter holds is not asked for",
    cells: ["console.log(new Proxy({}, { get() { throw 1 } }), { get a() { throw 1 } })"],
    stdout: "{} { a: [Getter] }\n",
  },
  {
    title: "timers go on from cell to cell",
    cells: ["console.time('t')", "console.log = () => {}", "typeof console.timeEnd"],
    result: "'function'",
  },
  {
    title: "a method that is replaced is replaced in its cell",
    cells: ["console.log = () => {}", "console.log('again')"],
    stdout: "again\n",
  },
  {
    title: "a console of one's own, and methods for the inspector",
    cells: [
      "const { Writable } = require('node:stream'); const lines = []; const out = new Writable({ write(c, _, done) { lines.push(String(c)); done() } })",
      "new console.Console(out).log('x'); console.timeStamp('t'); lines",
    ],
    result: "[ 'x\\n' ]",
  },
]);
