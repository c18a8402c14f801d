/** `--window 5m` or `--window 500rows`: how far back a chart reaches that appends. */

import { MagicUsageError } from "../../kernel/magic/parse.js";
import { toDuration } from "../../runtime/time/duration.js";
import type { PlotWindow } from "../live/plot-plan.js";

/** Rows without a window of their own: sixteen minutes of one line at a batch a second. */
const USUAL_ROWS = 1000;
/** More rows than this are never shown: what is too old to be among them is gone from a window of time, too. */
export const MOST_ROWS = 10_000;

const ROWS = /^(\d+)\s*(?:rows?)?$/i;

/** @throws MagicUsageError when it is neither a duration nor a number of rows in range */
export function plotWindow(text: string | undefined): PlotWindow {
  if (text === undefined) return { rows: USUAL_ROWS, ms: undefined };
  const rows = ROWS.exec(text.trim())?.[1];
  if (rows !== undefined) return { rows: inRange(Number(rows), text), ms: undefined };
  try {
    return { rows: MOST_ROWS, ms: toDuration(text).ms };
  } catch {
    throw new MagicUsageError(
      `%plot: --window takes a duration such as 5m, or a number of rows such as 500rows, not "${text}"`,
    );
  }
}

function inRange(rows: number, text: string): number {
  if (rows >= 1 && rows <= MOST_ROWS) return rows;
  throw new MagicUsageError(`%plot: --window takes 1 to ${MOST_ROWS} rows, not ${text}`);
}
