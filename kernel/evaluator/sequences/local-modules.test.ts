import { sequences } from "../testing/sequence.js";

const write = (path: string, text: string): string =>
  `require("node:fs").writeFileSync(__dirname + "/${path}", ${JSON.stringify(text)});`;

const BAD_JSON = "{bad}";

/** Each version of Node says it in its own words. */
function wordsForBadJson(): string {
  try {
    return JSON.parse(BAD_JSON);
  } catch (error) {
    return (error as SyntaxError).message;
  }
}

sequences(
  "modules beside the notebook",
  [
    {
      title: "TypeScript, TSX and JavaScript, with or without extension",
      cells: [
        "import d, { a, E, type T } from './lib/a'\nimport { j } from './lib/j.js'\nimport { a as same } from './lib/a.js'\n[d(), a, E.A, j, same]",
      ],
      result: "[ 'd', 1, 3, 2, 1 ]",
    },
    {
      title: "JSON as a whole, by its members and as a namespace",
      cells: [
        "import data, { rows } from './data.json'\nimport * as all from './data.json' with { type: 'json' }\n[data.rows === rows, all.default === data, rows]",
      ],
      result: "[ true, true, [ 1, 2 ] ]",
    },
    {
      title: "JSON that another module imports, as Node has it written",
      cells: ["import { n } from './lib/reads'\nimport { m } from './lib/reads.js'\n[n, m]"],
      result: "[ 2, 4 ]",
    },
    {
      title: "CommonJS, imported and required",
      cells: [
        "import old from './lib/old.cjs'\n[old.k, require('./lib/old.cjs').k, require('./data.json').rows.length]",
      ],
      result: "[ 2, 2, 2 ]",
    },
    {
      title: "a type alone",
      cells: ["import { T } from './lib/a'\nlet t: T = { x: 1 }\nt"],
      result: "{ x: 1 }",
    },
    {
      title: "by paths of tsconfig.json",
      cells: ["import { a } from '@lib/a'\nimport * as exact from 'exact'\na === exact.a"],
      result: "true",
    },
    {
      title: "by import() and by absolute path",
      cells: ["const m = await import(__dirname + '/lib/a.ts'); m.a"],
      result: "1",
    },
    {
      title: "are read again when they changed",
      cells: [
        "import { v } from './changing'",
        write("changing.ts", "export const v: string = 'new'"),
        "import { v } from './changing'\nv",
      ],
      result: "'new'",
    },
    {
      title: "are read again when one they import changed",
      cells: [
        "import { w } from './outer'",
        write("changing.ts", "export const v: string = 'new'"),
        "import { w } from './outer'\nw",
      ],
      result: "'new!'",
    },
    {
      title: "are required again when one of them changed",
      cells: [
        "require('./uses.cjs').v",
        write("used.cjs", "exports.v = 'changed'"),
        "[require('./uses.cjs').v, require('./uses.cjs') === require('./uses.cjs')]",
      ],
      result: "[ 'changed', true ]",
    },
    {
      title: "in TypeScript are not for require, which says so",
      cells: ["require('./lib/a')"],
      error:
        'Error: require() loads no TypeScript: write import … from "./lib/a", or await import("./lib/a")',
    },
    {
      title: "run once as long as they are the same",
      cells: [
        "globalThis.runs = 0;",
        "import './counting'",
        "import './counting'\nawait import('./counting.ts')\nruns",
      ],
      result: "1",
    },
    {
      title: "import.meta says where they are",
      cells: ["import { where } from './lib/a'\nwhere === import.meta.resolve('./lib/a.ts')"],
      result: "true",
    },
    {
      title: "import.meta.resolve gives a URL, whatever the file is called",
      cells: ["import.meta.resolve('./lib/a b#1.ts').endsWith('/lib/a%20b%231.ts')"],
      result: "true",
    },
    {
      title: "one that throws is shown at its own line",
      cells: ["\nimport './throws'"],
      error: "Error: at load",
      traceback: ["> 2 | import './throws'", "at FOLDER/throws.ts:2:7"],
    },
    {
      title: "one that asks for a name another lacks",
      cells: ["import './missing'"],
      error: "SyntaxError: The requested module 'FOLDER/lib/a.ts' does not provide an export named 'nope'",
      traceback: ["at FOLDER/missing.ts:1"],
    },
    {
      title: "one that cannot be compiled is an error at its place",
      cells: ["import './broken'"],
      error: 'SyntaxError: Unexpected ";" (FOLDER/broken.ts:1:18)',
    },
    {
      title: "one that is not there",
      cells: ["import './nowhere.ts'"],
      error: 'Error: cannot find the file "./nowhere.ts" from FOLDER',
    },
    {
      title: "JSON that is none",
      cells: ["import './bad.json'"],
      error: `SyntaxError: FOLDER/bad.json is not JSON: ${wordsForBadJson()}`,
    },
  ],
  {
    "tsconfig.json": `{"compilerOptions": {"baseUrl": ".", "paths": {"@lib/*": ["lib/*"], "exact": ["./lib/a.ts"]}}}`,
    "lib/a.ts":
      "export const a: number = 1\nexport default () => 'd'\nexport interface T { x: number }\nexport enum E { A = 3 }\nexport const where = import.meta.url",
    "lib/a b#1.ts": "export {}",
    "lib/j.js": "export const j = 2",
    "lib/reads.ts":
      "import all from '../data.json' with { type: 'json' }\nexport const n: number = all.rows.length",
    "lib/reads.js":
      "import all from '../data.json' with { type: 'json' }\nconst again = await import('../data.json', { with: { type: 'json' } })\nexport const m = all.rows.length + again.rows.length",
    "lib/old.cjs": "module.exports = { k: 2 }",
    "used.cjs": "exports.v = 'first'",
    "uses.cjs": "exports.v = require('./used.cjs').v",
    "data.json": `{"rows": [1, 2], "not a name": 3, "default": 4, "__proto__": 5}`,
    "changing.ts": "export const v: string = 'old'",
    "outer.ts": "import { v } from './changing'\nexport const w = v + '!'",
    "counting.ts": "declare global { var runs: number }\nglobalThis.runs++\nexport {}",
    "throws.ts": "interface A {}\nthrow new Error('at load')",
    "missing.ts": "import { nope } from './lib/a'\nconsole.log(nope)",
    "broken.ts": "export const a = ;",
    "bad.json": BAD_JSON,
  },
);
