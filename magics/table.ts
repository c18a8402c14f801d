/** All magics of stream notebooks, by name: the notebook's registry and a program's functions are both made of this. */

import { batches } from "./inspect/batches.js";
import { checkpoint } from "./inspect/checkpoint.js";
import { explain } from "./inspect/explain.js";
import { lag } from "./inspect/lag.js";
import { peek } from "./inspect/peek.js";
import { state } from "./inspect/state.js";
import { streams } from "./inspect/streams.js";
import { window } from "./inspect/window.js";
import { kafka } from "./kafka/kafka.js";
import { SHARED_MAGICS } from "./notebook/table.js";
import { dashboard } from "./plot/dashboard.js";
import { plot } from "./plot/plot.js";
import { replay } from "./replay/replay.js";
import { configure } from "./session/configure.js";
import { source } from "./source/source.js";
import { clock } from "./stream/clock.js";
import { stream } from "./stream/stream.js";

const STREAM_MAGICS = {
  batches,
  checkpoint,
  clock,
  configure,
  dashboard,
  explain,
  kafka,
  lag,
  peek,
  plot,
  replay,
  source,
  state,
  stream,
  streams,
  window,
} as const;

/** Those that a program may call as functions. */
export const PROGRAM_MAGICS = { ...STREAM_MAGICS, ...SHARED_MAGICS } as const;
