import { KeyTable } from "./key-table.js";
import type { KeyIds } from "./numbered-keys.js";
import { RecurringKeyTable } from "./recurring-key-table.js";

/** What is told of columns of pairs before they are merged. */
interface Coming {
  length: number;
  /** Where the keys are in a dictionary of the worker. */
  known?: KeyIds | undefined;
}

/** An empty table for pairs that are to be merged. Where all keys are of one dictionary, they are found through it. */
export function tableFor(columns: readonly Coming[]): KeyTable | RecurringKeyTable {
  const rows = Math.min(
    MOST_ROWS_AT_ONCE,
    columns.reduce((sum, { length }) => sum + length, 0),
  );
  const of = columns[0]?.known?.of;
  if (of !== undefined && columns.every(({ known }) => known?.of === of))
    return new RecurringKeyTable(of, () => false, rows);
  return new KeyTable(rows);
}

/** What an index is made for at the start. */
const MOST_ROWS_AT_ONCE = 2 ** 18;
