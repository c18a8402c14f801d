/** Entry of the evaluator process, started by the front with the pipes of kernel/port/evaluator.ts. */

import { createRequire } from "node:module";
import { dirname } from "node:path";
import { startEvaluator } from "../kernel/evaluator/start-evaluator.js";
import { streamExtension } from "../magics/index.js";

startEvaluator(streamExtension(new URL("./notebook-engine.js", import.meta.url)), {
  aliases: {
    millrace: new URL("./index.js", import.meta.url).href,
    "millrace/testing": new URL("./testing.js", import.meta.url).href,
    "millrace/notebook": new URL("./notebook.js", import.meta.url).href,
  },
  controlThread: new URL("./control.js", import.meta.url),
  // What strips types also runs in turns of its own, which must be spared when a cell is ended.
  internal: [new URL("./", import.meta.url).href, ...["esbuild", "oxc-transform"].map(folderOf)],
  resolveUrl: (specifier, parentUrl) => import.meta.resolve(specifier, parentUrl),
});

function folderOf(name: string): string {
  return dirname(createRequire(import.meta.url).resolve(name));
}
