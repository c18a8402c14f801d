/**
 * Tables of data: columns say what their values mean, so that every front end can format them in its own way and the plugin
 * can sort them. A cell shows one under {@link TABLE_MIME}, with HTML and text beside it; a live display has them in place of a
 * chart (port/live.ts).
 */

/** What the values of a column are. Values may be missing (null or absent), and are then shown as nothing. */
export type ColumnKind =
  /** Text; anything else is shown as JSON. */
  | "text"
  | "number"
  /** Milliseconds. */
  | "duration"
  /** Per second. */
  | "rate"
  | "bytes"
  /** Milliseconds since the epoch; shown in local time, with the UTC beside it. */
  | "time"
  /** `[spent, allowed]` in milliseconds: a processing time against its interval. */
  | "load"
  /** Numbers, oldest first. */
  | "sparkline"
  /** "streaming", "failed: the reason": the word before the colon says how it stands. */
  | "status"
  /** A {@link TableButton}; only where a kernel can hear it, else the column is left out. */
  | "button";

export interface TableColumn {
  /** Field of the rows. */
  name: string;
  title: string;
  kind: ColumnKind;
}

export type TableRow = Record<string, unknown>;

export interface TableButton {
  label: string;
  /** Sent to the kernel when it is pressed. */
  command: string;
}

/** One table among others; may be without rows. */
export interface Table {
  title: string;
  columns: TableColumn[];
  rows: TableRow[];
}

/** The MIME type of tables that stay as they are. */
export const TABLE_MIME = "application/vnd.millrace.table.v1+json";

/** The value of {@link TABLE_MIME}. */
export interface TableBundle {
  title: string;
  tables: Table[];
}

/** Columns whose values stand on the right, under each other's digits. */
const TO_THE_RIGHT: ReadonlySet<ColumnKind> = new Set(["number", "duration", "rate", "bytes", "load"]);

export function isRightAligned({ kind }: TableColumn): boolean {
  return TO_THE_RIGHT.has(kind);
}

/** Whether a value is a button that can be pressed. */
export function isButton(value: unknown): value is TableButton {
  if (typeof value !== "object" || value === null) return false;
  const { label, command } = value as Partial<TableButton>;
  return typeof label === "string" && typeof command === "string";
}
