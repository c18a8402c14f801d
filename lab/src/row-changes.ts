/** What changes in a chart's view when other rows are to be shown: told as data, since the view may be in another thread. */

import type { LiveRow } from "../../kernel/port/live.js";

type Changeset = ReturnType<typeof import("vega").changeset>;

export interface RowChanges {
  /** Places of the rows that leave, in rising order. */
  left: number[];
  /** Rows that follow those that stay. */
  came: LiveRow[];
}

/** What leads from the rows shown to `rows`. A row that stays is the same object, and stands before those that come. */
export function rowChanges(shown: readonly LiveRow[], rows: readonly LiveRow[]): RowChanges {
  const next = new Set(rows);
  const left = [...shown.keys()].filter((place) => !next.has(shown[place] as LiveRow));
  return { left, came: rows.slice(shown.length - left.length) };
}

/** A row shown, and the object that stands for it in the view: Vega marks it, and writes what it derives into it. */
export interface DrawnRow {
  row: LiveRow;
  drawn: LiveRow;
}

/** Writes into `changes` what takes a view there from the rows that it has. @returns those that it has then */
export function changeRows(
  changes: Changeset,
  before: readonly DrawnRow[],
  { left, came }: RowChanges,
): DrawnRow[] {
  if (left.length === before.length) return overwrite(changes, before, came);
  const leaves = new Set(left);
  const comes = came.map(drawnRow);
  changes.remove(before.filter((_, place) => leaves.has(place)).map(({ drawn }) => drawn));
  changes.insert(comes.map(({ drawn }) => drawn));
  return [...before.filter((_, place) => !leaves.has(place)), ...comes];
}

/**
 * All rows are others: the new ones are written over those that are drawn, field by field, as far as there are as many. That
 * takes half the time of taking these out and putting others in.
 */
function overwrite(changes: Changeset, before: readonly DrawnRow[], rows: readonly LiveRow[]): DrawnRow[] {
  const written = new Map<unknown, LiveRow>();
  const fields = new Set<string>();
  const after = rows.map((row, place) => {
    const old = before[place];
    if (old === undefined) return drawnRow(row);
    written.set(old.drawn, row);
    for (const field of Object.keys({ ...old.row, ...row }))
      if (row[field] !== old.row[field]) fields.add(field);
    return { row, drawn: old.drawn };
  });
  for (const field of fields) {
    const value = (drawn: LiveRow) => written.get(drawn)?.[field];
    changes.modify((drawn: LiveRow) => written.has(drawn), field, value);
  }
  changes.remove(before.slice(rows.length).map(({ drawn }) => drawn));
  changes.insert(after.slice(before.length).map(({ drawn }) => drawn));
  return after;
}

function drawnRow(row: LiveRow): DrawnRow {
  return { row, drawn: { ...row } };
}
