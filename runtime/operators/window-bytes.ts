import { type StateBytes, type Table, tablesFromBytes, tablesToBytes } from "../state/state-bytes.js";
import { StreamError } from "../stream-error.js";
import { narrowed, narrowedRows, type Pane } from "./window-keys.js";

/** What is written of a window: all of it, or its newest pane and what came to be with that. */
export interface WindowBytes {
  isWhole: boolean;
  /** Panes that ended at or before this have left. */
  leftMs: number;
  /** Of two stacks: how many panes are in the front. */
  front: number;
  /** Keys of the rows that come with it, all of them or the next ones. */
  keys: readonly unknown[];
  /** Oldest first. */
  panes: readonly Pane[];
  /** Rows with the values that are running beside the panes; undefined where these follow from the panes. */
  running: Omit<Pane, "endMs"> | undefined;
}

/** Numbers that the bytes begin with. */
const HEAD = 4;

export function windowToBytes({ isWhole, leftMs, front, keys, panes, running }: WindowBytes): Uint8Array {
  const tables = [...panes, ...(running === undefined ? [] : [running])];
  return tablesToBytes([
    { columns: [[leftMs, front, isWhole ? 1 : 0, running === undefined ? 0 : 1]], length: HEAD },
    { columns: [keys], length: keys.length },
    { columns: [panes.map(({ endMs }) => endMs)], length: panes.length },
    ...tables.map(({ rows, values }): Table => ({ columns: [rows, values], length: rows.length })),
  ]);
}

/** @throws StreamError RT_CHECKPOINT_CHANGED for bytes of a version of this library that wrote windows otherwise; RT_DISK */
export function windowFromBytes(bytes: StateBytes): WindowBytes {
  const [head, keys, ends, ...tables] = tablesFromBytes(bytes);
  if (head?.length !== HEAD)
    throw new StreamError(
      "RT_CHECKPOINT_CHANGED",
      'the checkpoint has a window as an earlier version of Millrace wrote it; give getOrCreate { onChange: "reset" } to begin with empty states, or another folder',
    );
  const [leftMs = 0, front = 0, isWhole, runs] = head.columns[0] as ArrayLike<number> as number[];
  const panes = Array.from(
    ends?.columns[0] ?? [],
    (endMs, i): Pane => ({ endMs: endMs as number, ...rowsAndValues(tables[i]) }),
  );
  return {
    isWhole: isWhole === 1,
    leftMs,
    front,
    keys: Array.from(keys?.columns[0] ?? []),
    panes,
    running: runs === 1 ? rowsAndValues(tables[panes.length]) : undefined,
  };
}

function rowsAndValues(table: Table | undefined): Omit<Pane, "endMs"> {
  const [rows = [], values = []] = table?.columns ?? [];
  const numbers = Float64Array.from(rows as ArrayLike<number>);
  return {
    rows: narrowedRows(
      numbers,
      numbers.reduce((most, row) => Math.max(most, row + 1), 0),
    ),
    values: values instanceof Float64Array ? narrowed(values) : values,
  };
}
