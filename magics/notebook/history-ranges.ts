/** Which inputs are meant, written as IPython's magics write it: `4`, `4-6`, `4:7`, `~1/3`, `~2/`. */

import type { MagicHost } from "../../kernel/magic/magic.js";
import { MagicUsageError } from "../../kernel/magic/parse.js";
import type { HistoryAccess, HistoryEntry } from "../../kernel/port/front-calls.js";

export const rangesParam = {
  kind: "positional",
  name: "ranges",
  rest: true,
  help: "cells by number: 4, 4-6 (with 6), 4:7 (without 7); of earlier sessions ~1/3 (the one before), 12/3 or ~2/ (all of it)",
} as const;

export const patternParam = {
  kind: "option",
  name: "grep",
  short: "g",
  help: "inputs of all sessions that have this in them, such as window, or count*By with anything between",
} as const;

export const lastParam = {
  kind: "option",
  name: "last",
  short: "l",
  type: "integer",
  min: 1,
  help: "the last so many, of all sessions",
} as const;

export interface Wanted {
  ranges: readonly string[];
  grep?: string | undefined;
  last?: number | undefined;
}

/**
 * The inputs meant, oldest first, without the cell that asks.
 * @returns undefined when nothing says which
 * @throws MagicUsageError when a range is none
 */
export async function meantInputs(
  { ranges, grep, last }: Wanted,
  host: MagicHost,
): Promise<HistoryEntry[] | undefined> {
  const read = (access: HistoryAccess) => host.notebook.history(access);
  const isOther = await otherThanRunning(host);
  if (grep !== undefined) {
    const found = await read({ type: "search", pattern: `*${grep}*`, n: undefined, unique: false });
    return found.filter(isOther).slice(-(last ?? found.length));
  }
  if (last !== undefined) return (await read({ type: "tail", n: last + 1 })).filter(isOther).slice(-last);
  if (ranges.length === 0) return undefined;
  const found: HistoryEntry[] = [];
  for (const range of ranges) found.push(...(await read(accessOf(range))));
  return found.filter(isOther);
}

/** All inputs of this session but the running one. */
export async function sessionInputs(host: MagicHost): Promise<HistoryEntry[]> {
  const all = await host.notebook.history({ type: "range", session: 0, start: 1, stop: undefined });
  return all.filter(await otherThanRunning(host));
}

/** Looked up by its number: other kernels write to the same history. One that is not kept has the number of a cell before it. */
async function otherThanRunning({ notebook }: MagicHost): Promise<(entry: HistoryEntry) => boolean> {
  const { line, input } = notebook.running;
  const [own] = await notebook.history({ type: "range", session: 0, start: line, stop: line + 1 });
  if (own?.input !== input) return () => true;
  return (entry) => entry.session !== own.session || entry.line !== own.line;
}

const RANGE = /^(?:(?<session>~?\d+)\/)?(?:(?<start>\d+)(?:(?<separator>[-:])(?<stop>\d+)?)?)?$/;

function accessOf(range: string): HistoryAccess {
  const { session = "0", start, separator, stop } = RANGE.exec(range)?.groups ?? {};
  if (range === "" || !RANGE.test(range))
    throw new MagicUsageError(`"${range}" names no cells: write 4, 4-6, 4:7, ~1/3 or ~2/`);
  const of = { type: "range", session: sessionNumber(session) } as const;
  if (start === undefined) return { ...of, start: 1, stop: undefined };
  if (separator === undefined) return { ...of, start: Number(start), stop: Number(start) + 1 };
  if (stop === undefined) return { ...of, start: Number(start), stop: undefined };
  return { ...of, start: Number(start), stop: Number(stop) + (separator === "-" ? 1 : 0) };
}

/** `~1` is the session before this one. */
function sessionNumber(written: string): number {
  return written.startsWith("~") ? -Number(written.slice(1)) : Number(written);
}
