/** A value that whoever takes it may change: objects and arrays are copied, anything else is itself. */
export function fresh<T>(value: T): T {
  return typeof value === "object" && value !== null ? structuredClone(value) : value;
}
