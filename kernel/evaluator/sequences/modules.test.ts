import { sequences } from "../testing/sequence.js";

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

  {
    title: "a builtin that is misspelt",
    cells: ["import 'node:pth'"],
    error: 'Error: Node has no module "node:pth"; did you mean "node:path"?',
    traceback: ["> 1 | import 'node:pth'"],
  },
  {
    title: "require.resolve and require's other properties",
    cells: ["[require.resolve('fs'), typeof require.cache, typeof require.resolve.paths]"],
    result: "[ 'fs', 'object', 'function' ]",
  },
  {
    title: "default and namespace in one statement",
    cells: ["import d, * as all from 'node:path'\nd === all.default"],
    result: "true",
  },
  {
    title: "names that are types among names that are not",
    cells: ["import { type Stats, statSync as st } from 'node:fs'\ntypeof st"],
    result: "'function'",
  },
  {
    title: "exports of every form",
    cells: ["export const [a, b] = [1, 2]\nexport type T = number\nexport default { a }\nexport {}\na + b"],
    result: "3",
  },
  { title: "an anonymous default export is no variable", cells: ["export default function () {}"] },
  { title: "re-exports are performed", cells: ["export { join } from 'node:path'\nexport * from 'node:os'"] },
  {
    title: "an import redeclared by a variable, and back",
    cells: [
      "import { join } from 'node:path'",
      "let join = 1; join = 2",
      "join",
      "import { join } from 'node:path'\ntypeof join",
    ],
    result: "'function'",
  },
  {
    title: "import() of a specifier that is computed",
    cells: ["const name = 'node:' + 'path'; (await import(name)).sep.length"],
    result: "1",
  },
]);
