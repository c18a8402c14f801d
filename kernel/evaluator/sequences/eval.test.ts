import { sequences } from "../testing/sequence.js";

sequences("eval in a cell", [
  { title: "sees the notebook's variables", cells: ["let a = 1", "eval('a + 1')"], result: "2" },
  { title: "writes them", cells: ["let a = 1", "eval('a = 5'); a"], result: "5" },
  {
    title: "sees what its function declares before them",
    cells: ["let a = 1, b = 2", "function f(a: string) { return eval('a + b') }\nf('own')"],
    result: "'own2'",
  },
  {
    title: "sees what a block around it declares",
    cells: ["let a = 1", "{ const a = 'inner'; console.log(eval('a')) }"],
    stdout: "inner\n",
  },
  {
    title: "keeps its declarations to itself",
    cells: ["let a = 1", "eval('var a = 2; let b = a; a + b') + a"],
    result: "5",
  },
  {
    title: "gives a function that sees them later",
    cells: ["const f = eval('() => later')", "const later = 1", "f()"],
    error: "ReferenceError: later is not defined",
  },
  {
    title: "takes a shorthand and keeps the names of functions",
    cells: ["let a = 1", "[eval('({ a })'), eval('a = () => 1; a.name')]"],
    result: "[ { a: 1 }, 'a' ]",
  },
  {
    title: "of a variable, of what is awaited and of another eval",
    cells: [
      "const a = 2, text = 'a + 1'",
      "[eval(text), eval(await Promise.resolve(text)), eval(eval('text')), eval(import.meta.url.slice(0, 0) + text)]",
    ],
    result: "[ 3, 3, 3, 3 ]",
  },
  { title: "of what is no text is that", cells: ["eval(5)"], result: "5" },
  {
    title: "of what is no JavaScript fails as it always does",
    cells: ["eval('1 +')"],
    error: "SyntaxError: Unexpected end of input",
  },
  {
    title: "of an unknown name is V8's own error",
    cells: ["eval('nowhere')"],
    error: "ReferenceError: nowhere is not defined",
  },
  {
    title: "indirectly sees globals alone, as in a module",
    cells: ["let a = 1", "(0, eval)('typeof a') + new Function('return typeof a')()"],
    result: "'undefinedundefined'",
  },
]);
