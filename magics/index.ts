/** What Millrace adds to the kernel: its magics, and the globals of a stream notebook. */

import type { CellHost, Extension } from "../kernel/evaluator/extension.js";
import type { Magic } from "../kernel/magic/magic.js";
import { LIBRARY } from "./library.js";
import { countSent } from "./live/sent-count.js";
import { NOTEBOOK_MAGICS } from "./notebook/table.js";
import { exportMagic } from "./script/export.js";
import { notebookProgram } from "./session/notebook-program.js";
import { StreamSession } from "./session/stream-session.js";
import { PROGRAM_MAGICS } from "./table.js";
import { rddView } from "./view/rdd-view.js";

/** All magics there are, besides the kernel's own. */
export const MAGICS: readonly Magic<StreamSession>[] = [
  ...Object.values(PROGRAM_MAGICS),
  ...NOTEBOOK_MAGICS,
  // Not in a table: it is made of what stands there.
  exportMagic,
];

/** Makes the evaluator one of stream notebooks. @param engineEntry program of the engine thread */
export function streamExtension(engineEntry: URL): (host: CellHost) => Extension<StreamSession> {
  return (host) => {
    const session = new StreamSession(host, (contextMade) =>
      notebookProgram(host, { contextMade, engineEntry }),
    );
    return {
      globals: {
        sc: { get: () => session.sc, configurable: true, enumerable: true },
        ssc: { get: () => session.ssc, configurable: true, enumerable: true },
        ...values(LIBRARY),
      },
      magics: MAGICS,
      context: session,
      view: (value, shownBy) => rddView(value, shownBy, (rdd) => session.nameOf(rdd)),
      cellStarted: (cell) => session.cellStarted(cell),
      cellEnded: (_cell, declared) => session.cellEnded(declared),
      engineSent: countSent(),
      close: () => session.close(),
    };
  };
}

function values(globals: Record<string, unknown>): PropertyDescriptorMap {
  return Object.fromEntries(
    Object.entries(globals).map(([name, value]) => [
      name,
      { value, configurable: true, writable: true, enumerable: true },
    ]),
  );
}
