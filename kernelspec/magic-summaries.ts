/**
 * All magics of a Millrace notebook, as data. To load it is to load them and all they run on, 18 MB of the front's memory: the build
 * does it and keeps the result in dist/magics.json.
 */

import { BUILTIN_MAGICS } from "../kernel/magic/builtin/table.js";
import { magicSummary } from "../kernel/magic/summary.js";
import type { MagicSummary } from "../kernel/port/language.js";
import { MAGICS } from "../magics/index.js";

/** The kernel's own come first. */
export const MAGIC_SUMMARIES: readonly MagicSummary[] = [...BUILTIN_MAGICS, ...MAGICS].map(magicSummary);
