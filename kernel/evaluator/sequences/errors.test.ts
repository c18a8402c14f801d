import { sequences } from "./sequence.js";

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
]);
