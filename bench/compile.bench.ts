import { compileCell } from "../kernel/compile/compile-cell.js";
import { stripTypes } from "../kernel/compile/typescript.js";
import type { Benchmark } from "./benchmark.js";
import { inTurn } from "./measure.js";

const RUNS = 300;
const WARMUPS = 50;

/** Twenty lines as people write them: types, functions, a class, await. */
const typed = (i: number): string => `interface Visit${i} { user: string; page: string; at: number }
type ByPage${i} = Map<string, Visit${i}[]>;
const visits${i}: Visit${i}[] = [
  { user: "ada", page: "/", at: 0 },
  { user: "bob", page: "/docs", at: ${i} },
];
function byPage${i}(all: readonly Visit${i}[]): ByPage${i} {
  const pages: ByPage${i} = new Map();
  for (const visit of all) {
    const known = pages.get(visit.page) ?? [];
    pages.set(visit.page, [...known, visit]);
  }
  return pages;
}
class Counter${i} {
  #n = 0;
  add(by: number): number { return (this.#n += by); }
}
const pages${i} = byPage${i}(visits${i});
await Promise.resolve(pages${i}.size);
new Counter${i}().add(pages${i}.size)`;

/** The same without a type: there is nothing to strip. */
const plain = (i: number): string =>
  `${Array.from({ length: 19 }, (_, line) => `const value${i}_${line} = [${line}, ${i}].map((x) => x + ${line});`).join("\n")}\nvalue${i}_0`;

const environment = {
  magics: { kindsOf: () => undefined, nearest: () => [] },
  stripTypes,
  options: {},
  isNotebookName: () => false,
  isHostName: (name: string) => name in globalThis,
};

/** How long a cell's text takes to become a script. */
const compile: Benchmark = {
  name: "compile",
  summary: `A cell of 20 lines from text to script, warm, no two the same (${RUNS} cells)`,
  async run() {
    let i = 0;
    const contender = (name: string, cell: (i: number) => string) => ({
      name,
      run: () => compileCell(cell(i++), environment).then(() => 1),
    });
    const measured = await inTurn(
      [contender("TypeScript", typed), contender("plain JavaScript", plain)],
      RUNS,
      WARMUPS,
    );
    const rows = measured.map(({ name, medianMs }) => ({
      what: `20 lines of ${name}`,
      value: `${medianMs.toFixed(2)} ms`,
      ratio: "",
    }));
    return { rows, data: measured };
  },
};

export default compile;
