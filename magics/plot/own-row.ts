/** The rows that a specification of the user's own reads: the records with their own fields. */

import type { LiveRow } from "../../kernel/port/live.js";
import { fieldsOf, notAPrototype } from "./record-fields.js";

/** Longest text of a field that goes to the chart. */
const TEXT_CHARACTERS = 1000;
/** How deep fields in fields are kept. */
const DEPTH = 4;

/** A record's fields as JSON has them, and `time`, the batch's in ms, where it has none of its own. */
export function ownRow(timeMs: number, record: unknown): LiveRow {
  const fields = fieldsOf(record) ?? { value: record };
  return Object.fromEntries(
    Object.entries({ time: timeMs, ...fields }).map(([name, value]) => [name, asJson(value, DEPTH)]),
  );
}

function asJson(value: unknown, depth: number): unknown {
  if (typeof value === "string") return notAPrototype(value.slice(0, TEXT_CHARACTERS));
  if (typeof value === "bigint") return Number(value);
  if (value instanceof Date) return value.getTime();
  if (typeof value !== "object" || value === null) return value;
  if (depth === 0) return null;
  if (Array.isArray(value)) return value.map((item) => asJson(item, depth - 1));
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, asJson(field, depth - 1)]));
}
