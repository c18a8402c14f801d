/** Recognises tables where they come from outside: a notebook file may hold anything. */

import type { TableBundle } from "./table.js";

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isListOf = (value: unknown, accepts: (item: unknown) => boolean): boolean =>
  Array.isArray(value) && value.every(accepts);

/** A kind that is not known here is shown as text. */
export function isTableColumn(value: unknown): boolean {
  return isObject(value) && [value.name, value.title, value.kind].every((field) => typeof field === "string");
}

/** Whether the value of a MIME bundle is a table that can be shown. */
export function isTableBundle(value: unknown): value is TableBundle {
  return isObject(value) && typeof value.title === "string" && isListOf(value.tables, isTable);
}

function isTable(value: unknown): boolean {
  return (
    isObject(value) &&
    typeof value.title === "string" &&
    isListOf(value.columns, isTableColumn) &&
    isListOf(value.rows, isObject)
  );
}
