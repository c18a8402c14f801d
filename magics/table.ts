/** All magics of stream notebooks, by name: the notebook's registry and a program's functions are both made of this. */

import { SHARED_MAGICS } from "./notebook/table.js";
import { plot } from "./plot/plot.js";
import { replay } from "./replay/replay.js";
import { configure } from "./session/configure.js";
import { source } from "./source/source.js";
import { stream } from "./stream/stream.js";
import { window } from "./window.js";

export const STREAM_MAGICS = {
  configure,
  plot,
  replay,
  source,
  stream,
  window,
} as const;

/** Those that a program may call as functions. */
export const PROGRAM_MAGICS = { ...STREAM_MAGICS, ...SHARED_MAGICS } as const;
