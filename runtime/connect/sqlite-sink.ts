import { OutsideError } from "../pool/connector.js";
import { StreamError } from "../stream-error.js";
import type { SinkBatch, SinkPartition, SinkWriter } from "./sink.js";
import { type SqliteFile, sqliteFile } from "./sqlite-file.js";

/** Into which table the records of a stream are written. Plain data. */
export interface SqliteWriting {
  /** Absolute path. */
  file: string;
  table: string;
  columns: readonly string[];
  /** Those by which a row takes the place of another; none: rows are added. */
  key: readonly string[];
}

/** The batch and partition that an added row is of: so those of a batch that is run again take the places of the first. */
const MARKS = ["millrace_batch", "millrace_part", "millrace_time_ms"] as const;

/**
 * Writes one partition of a batch into a table, in its task: a transaction, so that a reader sees all of it or nothing. The table is
 * made when it is not there. With a key, a row takes the place of the one with the same key; without, rows are added.
 */
export class SqliteSinkWriter implements SinkWriter<unknown> {
  readonly #rows: unknown[][] = [];

  constructor(
    private readonly writing: SqliteWriting,
    private readonly batch: SinkBatch,
    private readonly partition: SinkPartition,
  ) {}

  write(rows: readonly unknown[]): void {
    for (const row of rows) this.#rows.push(this.#cells(row));
  }

  commit(): void {
    const { file, table } = this.writing;
    try {
      const database = sqliteFile(file);
      database.transaction(() => this.#store(database));
    } catch (error) {
      const why = (error as Error).message;
      const message = `cannot write into the table ${table} of ${file}: ${why}`;
      throw new OutsideError(new StreamError("RT_SQLITE", message, { cause: error }));
    }
  }

  #store(database: SqliteFile): void {
    const { table, columns, key } = this.writing;
    const isKeyed = key.length > 0;
    const all = isKeyed ? columns : [...columns, ...MARKS];
    const marks = isKeyed ? [] : [this.batch.id, this.partition.index, this.batch.timeMs].map(toCell);
    const primary = isKeyed ? `, PRIMARY KEY (${key.map(quoted).join(", ")})` : "";
    database.exec(`CREATE TABLE IF NOT EXISTS ${quoted(table)} (${all.map(quoted).join(", ")}${primary})`);
    if (!isKeyed) {
      const index = quoted(`${table}_millrace_batch`);
      database.exec(
        `CREATE INDEX IF NOT EXISTS ${index} ON ${quoted(table)} (millrace_batch, millrace_part)`,
      );
      const [batch, part] = marks;
      database.run(`DELETE FROM ${quoted(table)} WHERE millrace_batch = ? AND millrace_part = ?`, [
        batch,
        part,
      ]);
    }
    const places = all.map(() => "?").join(", ");
    const insert = `INSERT ${isKeyed ? "OR REPLACE " : ""}INTO ${quoted(table)} (${all.map(quoted).join(", ")}) VALUES (${places})`;
    for (const row of this.#rows) database.run(insert, [...row, ...marks]);
  }

  /** An array's elements, an object's fields, or the one value. */
  #cells(row: unknown): unknown[] {
    const { columns } = this.writing;
    if (Array.isArray(row)) {
      if (row.length === columns.length) return row.map(toCell);
      throw new TypeError(
        `the row has ${row.length} values, and there are ${columns.length} columns: ${columns.join(", ")}`,
      );
    }
    if (typeof row === "object" && row !== null && !(row instanceof Date) && !(row instanceof Uint8Array))
      return columns.map((column) =>
        toCell(Object.hasOwn(row, column) ? (row as Record<string, unknown>)[column] : null),
      );
    if (columns.length === 1) return [toCell(row)];
    throw new TypeError(
      `the row is one value, and there are ${columns.length} columns: ${columns.join(", ")}`,
    );
  }
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/**
 * SQLite has whole numbers, others, texts, bytes and null. libsql writes a number of JavaScript as one that is not whole, which others
 * read as 2.0. Dates are texts in ISO 8601, true and false 1 and 0, all else JSON.
 * @throws RangeError for a whole number beyond 64 bits
 */
function toCell(value: unknown): unknown {
  if (value === undefined || value === null) return null;
  if (typeof value === "boolean") return value ? 1n : 0n;
  if (typeof value === "number") return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (typeof value === "string") return value;
  if (typeof value === "bigint") {
    if (BigInt.asIntN(64, value) === value) return value;
    throw new RangeError(
      `${value} is larger than SQLite's whole numbers, of 64 bits: make it a text or a number`,
    );
  }
  if (value instanceof Uint8Array) return Buffer.from(value);
  if (value instanceof Date) return value.toISOString();
  return JSON.stringify(value);
}
