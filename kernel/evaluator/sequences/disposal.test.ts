import { sequences } from "../testing/sequence.js";

const LOG = `const log: string[] = []
const open = (name: string) => ({
  [Symbol.dispose]() { log.push(name) },
  async [Symbol.asyncDispose]() { await 1; log.push("async " + name) },
})`;

sequences("using", [
  {
    title: "in a block disposes in reverse order",
    cells: [LOG, "{ using a = open('a'), b = open('b'); log.push('in') }\nlog"],
    result: "[ 'in', 'b', 'a' ]",
  },
  {
    title: "at the top level disposes at the end of the cell, not of the notebook",
    cells: [LOG, "using a = open('a'); log.push('body')", "log"],
    result: "[ 'body', 'a' ]",
  },
  {
    title: "await using awaits",
    cells: [LOG, "await using a = open('a')\nlog.push('body'); 5", "log"],
    result: "[ 'body', 'async a' ]",
  },
  {
    title: "leaves the cell its value",
    cells: [LOG, "using a = open('a')\nconst after = 5\nafter"],
    result: "5",
  },
  {
    title: "leaves the cell its other variables",
    cells: [LOG, "using a = open('a')\nconst after = 5", "after"],
    result: "5",
  },
  {
    title: "disposes when the cell throws",
    cells: [LOG, "using a = open('a'); throw new Error('no')", "log"],
    result: "[ 'a' ]",
  },
  {
    title: "works in functions and in loops",
    cells: [
      LOG,
      "function f() { using a = open('f'); return log.length }\nfor (using b of [open('loop')]) f()\nlog",
    ],
    result: "[ 'f', 'loop' ]",
  },
  {
    title: "null and undefined need no disposal",
    cells: ["using a = null, b = undefined;\n[a, b]"],
    result: "[ null, undefined ]",
  },
  {
    title: "what cannot be disposed is refused",
    cells: ["using a = {}"],
    error: "TypeError: Object not disposable",
  },
]);
