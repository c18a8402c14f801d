import { sequences } from "../testing/sequence.js";

sequences(
  "packages of the notebook's folder",
  [
    {
      title: "ESM only, with its default, its names and its subpaths",
      cells: [
        "import Thing, { answer } from 'esm-only'\nimport { s } from 'esm-only/sub'\n[Thing.name, answer, s]",
      ],
      result: "[ 'Thing', 42, 'sub' ]",
    },
    {
      title: "CommonJS, with the names its code shows",
      cells: ["import f, { extra } from 'cjs'\n[f(), extra, require('cjs') === f]"],
      result: "[ 'called', 2, true ]",
    },
    { title: "of a scope", cells: ["import { x } from '@scope/pkg'\nx"], result: "1" },
    {
      title: "a namespace holds all exports",
      cells: ["import * as all from 'esm-only'\nObject.keys(all)"],
      result: "[ 'answer', 'default' ]",
    },
    {
      title: "their JSON, with and without attributes",
      cells: [
        "import a from 'esm-only/package.json' with { type: 'json' }\nconst b = await import('esm-only/package.json');\n[a.name, b.default.name]",
      ],
      result: "[ 'esm-only', 'esm-only' ]",
    },
    { title: "an import for its effects", cells: ["import 'effect'\neffectOfPackage"], result: "1" },
    {
      title: "a subpath that is not exported",
      cells: ["import 'esm-only/hidden'"],
      error:
        "Error: Package subpath './hidden' is not defined by \"exports\" in FOLDER/node_modules/esm-only/package.json",
    },
    {
      title: "an error in a package is shown with the cell that called it",
      cells: ["import { fail } from 'cjs'\n\nfail()"],
      error: "Error: in the package",
      traceback: ["> 3 | fail()", "FOLDER/node_modules/cjs/index.js:3:"],
    },
    {
      title: "an export that is missing, with the near one",
      cells: ["import { answr } from 'esm-only'\nanswr"],
      error:
        "SyntaxError: The requested module 'esm-only' does not provide an export named 'answr'. Did you mean 'answer'?",
    },
  ],
  {
    "node_modules/esm-only/package.json": `{"name": "esm-only", "type": "module", "exports": {".": "./a.js", "./sub": "./sub.js", "./package.json": "./package.json"}}`,
    "node_modules/esm-only/a.js": "export const answer = 42; export default class Thing {}",
    "node_modules/esm-only/sub.js": "export const s = 'sub'",
    "node_modules/cjs/package.json": `{"name": "cjs"}`,
    "node_modules/cjs/index.js":
      "module.exports = () => 'called'\nmodule.exports.extra = 2\nmodule.exports.fail = () => { throw new Error('in the package') }",
    "node_modules/@scope/pkg/package.json": `{"name": "@scope/pkg", "main": "dist/i.js"}`,
    "node_modules/@scope/pkg/dist/i.js": "exports.x = 1",
    "node_modules/effect/package.json": `{"name": "effect"}`,
    "node_modules/effect/index.js": "globalThis.effectOfPackage = 1",
  },
);
