/** Records that %plot and %window rank: those with one number. */

/** Whether a record is a number, or a pair of a key and a number. */
export function isDrawable(record: unknown): boolean {
  return isFiniteNumber(Array.isArray(record) && record.length === 2 ? record[1] : record);
}

function isFiniteNumber(value: unknown): value is number | bigint {
  return (typeof value === "number" && Number.isFinite(value)) || typeof value === "bigint";
}
