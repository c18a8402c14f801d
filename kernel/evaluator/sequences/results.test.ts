import { sequences } from "./sequence.js";

sequences("the value of a cell", [
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

  {
    title: "an object with methods, strings and spread",
    cells: ["{ 'a-b': 1, c() { return 2 }, ...{ d: 3 } }"],
    result: "{ 'a-b': 1, c: [Function: c], d: 3 }",
  },
  { title: "an object behind a semicolon is hidden", cells: ["{ a: 1 };"] },
  {
    title: "strings with the signs of magics are strings",
    cells: ["['%stream start', \"!ls\", `\n%plot x\n!ls\n`].length"],
    result: "3",
  },
  { title: "a remainder at the start of a line", cells: ["const a = 10\na\n% 3"], result: "1" },
  {
    title: "a semicolon in a string or a regular expression hides nothing",
    cells: ["/;/.test('a;')"],
    result: "true",
  },
  { title: "a quote in a comment ends no comment", cells: ["5 // it's 5"], result: "5" },
  { title: "a comment of several lines at the end", cells: ["5 /* and\nmore; */"], result: "5" },
  { title: "several semicolons hide too", cells: ["3;;"] },
  { title: "the last of several values", cells: ["1, 2"], result: "2" },
  { title: "an assignment has a value", cells: ["let a", "a = [1]"], result: "[ 1 ]" },
  {
    title: "a function expression and a class expression",
    cells: ["[(function g() {}), (class K {})]"],
    result: "[ [Function: g], [class K] ]",
  },
  { title: "a function declaration has no value", cells: ["function f() {}"] },
  { title: "a statement has no value", cells: ["if (true) 5"] },
  { title: "a value before an empty statement of types", cells: ["1 + 1\ntype A = string"], result: "2" },
  { title: "NaN, -0 and an empty string are shown", cells: ["[NaN, -0, '']"], result: "[ NaN, -0, '' ]" },
  { title: "a promise of nothing shows nothing", cells: ["Promise.resolve(undefined)"] },
  {
    title: "an object with a then method is awaited",
    cells: ["({ then(resolve) { resolve(5) } })"],
    result: "5",
  },
  {
    title: "a proxy is not asked whether it is a promise",
    cells: ["await 1\nnew Proxy({ a: 1 }, { get() { throw new Error('asked') } })"],
    result: "{ a: 1 }",
  },
  {
    title: "a getter named then is not called",
    cells: ["({ get then() { throw new Error('asked') } })"],
    result: "{ then: [Getter] }",
  },
  {
    title: "a display is no value besides",
    cells: ["const d = 1\ndisplay"],
    result:
      "[Function: display] {\n  html: [Function (anonymous)],\n  svg: [Function (anonymous)],\n  markdown: [Function (anonymous)],\n  latex: [Function (anonymous)],\n  png: [Function (anonymous)],\n  json: [Function (anonymous)]\n}",
  },
]);
