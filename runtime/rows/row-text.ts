/**
 * A record as text, as `saveAsTextFile` writes it. Strings are themselves and pairs stand in parentheses, as in Spark:
 * `(hello,3)`, `(a,(1,2))`; so do longer arrays. Dates are in ISO 8601, plain objects, Maps and Sets in JSON; an object of a class
 * is what its `toString` says, where it has one.
 */
export function rowText(row: unknown): string {
  if (typeof row === "string") return row;
  if (typeof row !== "object" || row === null) return String(row);
  if (Array.isArray(row)) return `(${row.map(rowText).join(",")})`;
  if (row instanceof Date) return row.toISOString();
  if (row instanceof Map || row instanceof Set) return JSON.stringify([...row]);
  const text = (row as { toString?: unknown }).toString;
  if (typeof text !== "function" || text === Object.prototype.toString) return JSON.stringify(row);
  return String(row);
}
