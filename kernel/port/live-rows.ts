/** Which rows of a live display are kept when others follow; the same in the front and in the plugin. */

import type { LiveRow } from "./live.js";

export interface Keep {
  /** At most so many, the last. */
  keepRows: number;
  /** And none whose field `time` (ms) lies by more than this before the greatest there is. */
  keepMs?: number;
}

/** The rows that are kept, in their order; those without a time are not too old. */
export function keptRows(rows: readonly LiveRow[], { keepRows, keepMs }: Keep): LiveRow[] {
  const last = rows.slice(-keepRows);
  if (keepMs === undefined) return last;
  let newestMs = Number.NEGATIVE_INFINITY;
  for (const { time } of last) if (typeof time === "number" && time > newestMs) newestMs = time;
  return last.filter(({ time }) => typeof time !== "number" || time > newestMs - keepMs);
}
