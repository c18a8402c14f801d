/** All magics of stream notebooks, by name: the notebook's registry and a program's functions are both made of this. */

import { plot } from "./plot/plot.js";
import { replay } from "./replay/replay.js";
import { source } from "./source/source.js";
import { stream } from "./stream/stream.js";
import { window } from "./window.js";

export const STREAM_MAGICS = { stream, window, plot, source, replay } as const;
