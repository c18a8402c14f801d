/** What changes in a chart's view when other rows are to be shown. */

import type { LiveRow } from "../../kernel/port/live.js";

type Changeset = ReturnType<typeof import("vega").changeset>;

/** Each row shown, and the object that stands for it in the view: Vega marks it, and writes what it derives into it. */
export type ShownRows = ReadonlyMap<LiveRow, LiveRow>;

/**
 * Writes into `changes` what leads from the rows shown to `rows`. A row that stays is the same object.
 * @returns what is shown then
 */
export function changeRows(changes: Changeset, shown: ShownRows, rows: readonly LiveRow[]): ShownRows {
  const next = new Set(rows);
  const left = [...shown].filter(([row]) => !next.has(row));
  if (left.length === shown.size) return overwrite(changes, left, rows);
  changes.remove(left.map(([, drawn]) => drawn));
  const nowShown = new Map(rows.map((row) => [row, shown.get(row) ?? { ...row }]));
  changes.insert([...nowShown].flatMap(([row, drawn]) => (shown.has(row) ? [] : [drawn])));
  return nowShown;
}

/**
 * All rows are others: the new ones are written over those that are drawn, field by field, as far as there are as many. That
 * takes half the time of taking these out and putting others in.
 */
function overwrite(
  changes: Changeset,
  left: readonly [row: LiveRow, drawn: LiveRow][],
  rows: readonly LiveRow[],
): ShownRows {
  const written = new Map<unknown, LiveRow>();
  const fields = new Set<string>();
  rows.slice(0, left.length).forEach((row, i) => {
    const [before, drawn] = left[i] ?? [row, row];
    written.set(drawn, row);
    for (const field of Object.keys({ ...before, ...row }))
      if (row[field] !== before[field]) fields.add(field);
  });
  for (const field of fields) {
    const value = (drawn: LiveRow) => written.get(drawn)?.[field];
    changes.modify((drawn: LiveRow) => written.has(drawn), field, value);
  }
  changes.remove(left.slice(rows.length).map(([, drawn]) => drawn));
  const shown = new Map(rows.map((row, i) => [row, left[i]?.[1] ?? { ...row }]));
  changes.insert([...shown.values()].slice(left.length));
  return shown;
}
