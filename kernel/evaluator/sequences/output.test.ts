import { sequences } from "../testing/sequence.js";

sequences("output", [
  {
    title: "console writes to stdout and stderr",
    cells: ["console.log('a', 1); console.info('b'); console.error('c'); console.warn('d')"],
    stdout: "a 1\nb\n",
    stderr: "c\nd\n",
  },
  {
    title: "console.table, dir, group, assert",
    cells: ["console.group('g'); console.dir({ a: 1 }); console.groupEnd(); console.assert(false, 'no')"],
    stdout: "g\n  { a: 1 }\n",
    stderr: "Assertion failed: no\n",
  },
  {
    title: "counters go on from cell to cell",
    cells: ["console.count('n')", "console.count('n')"],
    stdout: "n: 2\n",
  },
  {
    title: "printed errors have the cell's places",
    cells: ["console.log(new Error('e').stack.split('\\n')[1].trim())"],
    stdout: "at Cell In[1], line 1, column 13\n",
  },
  {
    title: "printed names are those that were written",
    cells: ["try { nope } catch (e) { console.log(e.message) }"],
    stdout: "nope is not defined\n",
  },
]);
