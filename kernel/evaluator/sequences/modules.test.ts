import { sequences } from "./sequence.js";

sequences("modules", [
  {
    title: "a builtin by its names",
    cells: ["import { join, sep as s } from 'node:path'", "join('a', 'b') === 'a' + s + 'b'"],
    result: "true",
  },
  {
    title: "a namespace and a default",
    cells: ["import * as path from 'node:path'\nimport p from 'path'", "path.join === p.join"],
    result: "true",
  },
  {
    title: "an import below the code that uses it",
    cells: ["const r = join('a'); import { join } from 'node:path'\nr"],
    result: "'a'",
  },
  {
    title: "a type imported without `type`",
    cells: ["import { Stats, statSync } from 'node:fs'\nconst size = (s: Stats) => s.size\ntypeof statSync"],
    result: "'function'",
  },
  {
    title: "a name that the module lacks",
    cells: ["import { joyn } from 'node:path'", "joyn('a')"],
    error:
      "SyntaxError: The requested module 'node:path' does not provide an export named 'joyn'. Did you mean 'join'?",
  },
  { title: "only types", cells: ["import type { Stats } from 'node:fs'\nlet s: Stats | undefined\ns"] },
  { title: "for its effects", cells: ["import 'node:path'"] },
  {
    title: "import() and require",
    cells: ["const { join } = await import('node:path')\njoin === require('path').join"],
    result: "true",
  },
  {
    title: "import.meta and __dirname",
    cells: [
      "[import.meta.url.startsWith('file:///'), import.meta.dirname === __dirname, __filename.startsWith(__dirname)]",
    ],
    result: "[ true, true, true ]",
  },
  {
    title: "export means the declaration",
    cells: [
      "export const a = 1\nexport function f() { return a }\nexport { a as b }\nexport default class D {}",
      "[f(), D.name]",
    ],
    result: "[ 1, 'D' ]",
  },
  {
    title: "a package that is not there",
    cells: ["import x from 'no-such-package-here'"],
    error:
      'Error: cannot find the package "no-such-package-here" from FOLDER; install it there: npm install no-such-package-here',
  },
]);
