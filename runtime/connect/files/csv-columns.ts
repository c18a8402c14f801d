/** What the fields of a column are. */
export type CsvType = "string" | "number" | "boolean" | "date";

/** A type of JavaScript for each; an empty field of all but texts is null. */
export interface CsvValues {
  string: string;
  number: number | null;
  boolean: boolean | null;
  date: Date | null;
}

/** A field is not of the type of its column. */
class NoValue extends Error {}

/** Makes a record of the fields of one: an object of the columns, or the array itself where nobody named them. */
export type ToRecord = (fields: readonly string[]) => unknown;

/**
 * @param columns names, in the order of the fields
 * @param types of some of them; the others are texts
 */
export function recordMaker(columns: readonly string[], types: Readonly<Record<string, CsvType>>): ToRecord {
  // A column may be called as what all objects have: constructor.
  const conversions = columns.map(
    (column) => CONVERSIONS[(Object.hasOwn(types, column) && types[column]) || "string"],
  );
  return (fields) => {
    if (fields.length !== columns.length)
      throw new NoValue(`it has ${fields.length} fields, and there are ${columns.length} columns`);
    const record: Record<string, unknown> = {};
    for (let i = 0; i < columns.length; i++) {
      const column = columns[i] as string;
      const field = fields[i] as string;
      const value = conversions[i]?.(field);
      if (value === undefined)
        throw new NoValue(`${JSON.stringify(field)} in the column ${column} is no ${types[column]}`);
      if (column === "__proto__") setOwn(record, column, value);
      else record[column] = value;
    }
    return record;
  };
}

/** An assignment to `__proto__` makes no field. */
function setOwn(record: object, name: string, value: unknown): void {
  Object.defineProperty(record, name, { value, writable: true, enumerable: true, configurable: true });
}

/** The names of columns as the first record of a file has them; one without a name, or with one of another, gets its number. */
export function columnNames(fields: readonly string[]): string[] {
  return fields.map((name, i) => {
    if (name === "") return `_c${i}`;
    return fields.indexOf(name) === fields.lastIndexOf(name) ? name : `${name}${i}`;
  });
}

/** The types that all of these records fit: the first of boolean, number and date, else texts. */
export function inferTypes(
  columns: readonly string[],
  records: readonly (readonly string[])[],
): Record<string, CsvType> {
  const typeOf = (i: number): CsvType => {
    const fields = records.flatMap((record) =>
      record[i] === undefined || record[i] === "" ? [] : [record[i]],
    );
    const fits = (type: CsvType) => fields.every((field) => CONVERSIONS[type](field) !== undefined);
    if (fields.length === 0 || fields.some((field) => LEADING_ZERO.test(field))) return "string";
    return (["boolean", "number", "date"] as const).find(fits) ?? "string";
  };
  return Object.fromEntries(columns.map((column, i) => [column, typeOf(i)]));
}

/** Of numbers of houses, postcodes and telephones: as a number it would be another. */
const LEADING_ZERO = /^[+-]?0\d/;

/** Undefined for what is not of the type. */
const CONVERSIONS: { [T in CsvType]: (field: string) => CsvValues[T] | undefined } = {
  string: (field) => field,
  number: (field) => {
    if (field === "") return null;
    return NUMBER.test(field) ? Number(field) : undefined;
  },
  boolean: (field) => (field === "" ? null : BOOLEANS.get(field.toLowerCase())),
  date: (field) => {
    if (field === "") return null;
    if (!DATE.test(field) || !isDay(field)) return undefined;
    const date = new Date(field.replace(" ", "T"));
    return Number.isNaN(date.getTime()) ? undefined : date;
  },
};

/** In decimals, or what JavaScript writes for a number that has none. Number alone takes a blank for 0, and 0x10 for 16. */
const NUMBER = /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|Infinity)$|^NaN$/;
const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ["true", true],
  ["false", false],
]);
/** ISO 8601, also with a blank before the time. */
const DATE = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/;

/** JavaScript takes February 30 for a day in March. */
function isDay(field: string): boolean {
  const day = Number(field.slice(8, 10));
  return day <= 28 || new Date(`${field.slice(0, 10)}T00:00Z`).getUTCDate() === day;
}
