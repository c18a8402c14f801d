/** What a live display shows now, as data: pure, so that a hidden display can go on counting without drawing. */

import type {
  LiveBundle,
  LiveRow,
  LiveSpec,
  LiveStatus,
  LiveTable,
  LiveToClient,
} from "../../kernel/port/live.js";
import { type Keep, keptRows } from "../../kernel/port/live-rows.js";
import type { Table } from "../../kernel/port/table.js";
import { equalJson } from "./equal-json.js";

export interface Picture {
  /** Vega-Lite specification, the same object as long as the chart is the same; null when there is no chart. */
  spec: LiveSpec | null;
  /** Tables in place of a chart. */
  tables: readonly LiveTable[];
  /** Every row shown. Rows that stay keep their identity: the chart changes only what differs. */
  rows: readonly LiveRow[];
  status: LiveStatus;
  /** Limits of `rows`, oldest dropped first. */
  keep: Keep;
}

/**
 * The picture stored in the notebook, shown in place of `before`. Its rows are copied: Vega marks the objects that it
 * is given.
 */
export function storedPicture(bundle: LiveBundle, before?: Picture): Picture {
  return {
    spec: before === undefined ? bundle.spec : keepEqual(before.spec, bundle.spec),
    tables: bundle.tables ?? [],
    rows: bundle.rows.map((row) => ({ ...row })),
    status: bundle.status,
    keep: { keepRows: bundle.keepRows, ...(bundle.keepMs !== undefined && { keepMs: bundle.keepMs }) },
  };
}

/** The picture after one message of the kernel. */
export function nextPicture(picture: Picture, message: LiveToClient): Picture {
  switch (message.type) {
    case "snapshot":
      return {
        ...picture,
        spec: keepEqual(picture.spec, message.spec),
        tables: message.tables ?? [],
        rows: message.rows,
        status: message.status,
      };
    case "change":
      return { ...picture, rows: changedRows(picture, message), status: message.status };
    case "gone":
      return { ...picture, status: message.status };
    case "final":
    case "moment":
    case "board":
      return picture;
  }
}

/** The picture of a display that nothing feeds: what was drawn stays, with the reason why it stands still. */
export function stoppedPicture(picture: Picture, reason: string): Picture {
  const { status } = picture;
  if (status.state === "done") return picture;
  return {
    ...picture,
    status: { ...status, state: status.state === "failed" ? "failed" : "stopped", reason },
  };
}

/** The tables, each with the rows that name it. */
export function tablesOf({ tables, rows }: Picture): Table[] {
  return tables.map((table) => ({ ...table, rows: rows.filter((row) => row.table === table.name) }));
}

function changedRows(
  picture: Picture,
  change: Extract<LiveToClient, { type: "change" }>,
): readonly LiveRow[] {
  if (change.mode === "replace") return change.rows;
  return keptRows([...picture.rows, ...change.rows], picture.keep);
}

function keepEqual<T>(old: T, next: T): T {
  return equalJson(old, next) ? old : next;
}
