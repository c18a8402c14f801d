/** A notebook's folder for tests: packages, files, and globals that look like streams. */

import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { LanguageOptions } from "../../port/language.js";

/** Globals of an imagined kernel: typed streams, as methods that infer pairs without a cast. */
const STREAMS = `
interface Row { word: string; count: number }
declare class DStream<T> {
  /** Maps each record. See {@link Row}.
   * @param transform - called once for each record
   * @example counts.map(([word]) => word)
   */
  map<const U>(transform: (record: T) => U): DStream<Writable<U>>;
  flatMap<U>(transform: (record: T) => Iterable<U>): DStream<U>;
  filter(keep: (record: T) => boolean): DStream<T>;
  reduceByKey<K, V>(this: DStream<[K, V]>, reduce: (a: V, b: V) => V): DStream<[K, V]>;
  /** Prints the first records of each batch. */
  print(count?: number): void;
}
type Writable<U> = U extends readonly [infer K, infer V] ? [Widen<K>, Widen<V>] : Widen<U>;
type Widen<U> = U extends string ? string : U extends number ? number : U extends boolean ? boolean : U;
declare class InputDStream<T> extends DStream<T> { readonly port: number; }
interface StreamingContext { socketTextStream(host: string, port: number): InputDStream<string>; }
declare const ssc: StreamingContext;
/** Duration of so many seconds. */
declare function Seconds(count: number): { ms: number };
`;

const FILES: Record<string, string> = {
  "streams.d.ts": STREAMS,
  "millrace.d.ts": "export declare class SparkContext { range(end: number): number[]; }\n",
  "notebook/util.ts": "/** Adds one. */\nexport function increment(n: number): number { return n + 1; }\n",
  "notebook/data.json": '{ "city": "Bergen", "rain": 2250 }\n',
  "notebook/node_modules/colour/package.json":
    '{ "name": "colour", "version": "1.0.0", "types": "index.d.ts" }\n',
  "notebook/node_modules/colour/index.d.ts":
    "export default function paint(name: 'red' | 'green'): string;\nexport interface Shade { depth: number }\n",
  "notebook/node_modules/plain/package.json": '{ "name": "plain", "version": "1.0.0", "main": "index.js" }\n',
  "notebook/node_modules/plain/index.js": "exports.answer = 42;\n",
  "notebook/node_modules/@types/plain/package.json":
    '{ "name": "@types/plain", "version": "1.0.0", "types": "index.d.ts" }\n',
  "notebook/node_modules/@types/plain/index.d.ts":
    '/// <reference types="node" />\nexport declare const answer: number;\nexport declare const bytes: Buffer;\n',
};

/** A folder on disk, removed by `remove`. */
export interface NotebookFolder {
  options: LanguageOptions;
  /** @param path Relative to the notebook's folder. */
  write(path: string, text: string): void;
  remove(): void;
}

/** Makes the folder anew under the system's temporary folder. */
export function notebookFolder(): NotebookFolder {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "language-")));
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  for (const [path, text] of Object.entries(FILES)) write(path, text);
  return {
    options: {
      cwd: join(root, "notebook"),
      globals: [join(root, "streams.d.ts")],
      modules: { millrace: join(root, "millrace.d.ts") },
      magics: MAGICS,
    },
    write: (path, text) => write(join("notebook", path), text),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

const MAGICS: LanguageOptions["magics"] = [
  {
    name: "plot",
    kinds: ["line", "cell"],
    summary: "Draws a stream as a live chart.",
    help: "usage: %plot STREAM [--mode MODE] [--top N] [--title TEXT]",
    params: [
      { name: "stream", kind: "positional", help: "what to draw", variableTypes: ["DStream"] },
      { name: "mode", kind: "option", help: "how rows are kept", choices: ["update", "append", "single"] },
      { name: "top", kind: "option", help: "only the largest" },
      { name: "log", kind: "flag", help: "logarithmic axis" },
      { name: "x", kind: "option", help: "what goes across", fieldsOf: "stream" },
    ],
  },
  {
    name: "stream",
    kinds: ["line"],
    summary: "Starts and stops the streaming context.",
    help: "usage: %stream start|stop [NAME…]",
    params: [
      { name: "action", kind: "positional", help: "what to do", choices: ["start", "stop", "status"] },
      {
        name: "names",
        kind: "positional",
        help: "single outputs",
        variableTypes: ["DStream"],
        takesMany: true,
      },
    ],
  },
  {
    name: "help",
    kinds: ["line"],
    summary: "Shows how a magic is used.",
    help: "usage: %help [MAGIC]",
    params: [{ name: "magic", kind: "positional", help: "which", namesMagic: true }],
  },
  { name: "LsMagic", kinds: ["line"], summary: "Lists all magics.", help: "usage: %LsMagic", params: [] },
  { name: "html", kinds: ["cell"], summary: "Shows HTML.", help: "usage: %%html", params: [] },
];
