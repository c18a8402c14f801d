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
  /** Which of several outputs into the table it is: their batches are the same, their rows are not. 0 and left out: the first. */
  output?: number;
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
      const why = this.#why(error as Error);
      const message = `cannot write into the table ${table} of ${file}: ${why}`;
      throw new OutsideError(new StreamError("RT_SQLITE", message, { cause: error }));
    }
  }

  #store(database: SqliteFile): void {
    const { table, columns, key, output = 0 } = this.writing;
    const isKeyed = key.length > 0;
    const all = isKeyed ? columns : [...columns, ...MARKS];
    const batchId = output === 0 ? this.batch.id : `${this.batch.id}/${output + 1}`;
    const marks = isKeyed ? [] : [batchId, this.partition.index, this.batch.timeMs].map(toCell);
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
    const conflict = isKeyed ? orUpdate(columns, key) : "";
    const insert = `INSERT INTO ${quoted(table)} (${all.map(quoted).join(", ")}) VALUES (${places})${conflict}`;
    for (const row of this.#rows) {
      if (isKeyed) this.#removeUnknown(database, row);
      database.run(insert, [...row, ...marks]);
    }
  }

  /** To SQLite no null is the same as another, so that it finds no row by such a key. */
  #removeUnknown(database: SqliteFile, row: readonly unknown[]): void {
    const { table, columns, key } = this.writing;
    const keys = key.map((name) => row[columns.indexOf(name)]);
    if (!keys.includes(null)) return;
    const same = key.map((name) => `${quoted(name)} IS ?`).join(" AND ");
    database.run(`DELETE FROM ${quoted(table)} WHERE ${same}`, keys);
  }

  #why({ message }: Error): string {
    if (!message.includes("ON CONFLICT clause does not match")) return message;
    const { table, key } = this.writing;
    const columns = key.map(quoted).join(", ");
    return `the table was there before, and nothing in it makes a row take the place of another by ${key.join(", ")}; create that (CREATE UNIQUE INDEX "by key" ON ${quoted(table)} (${columns})), or drop the table, or name another`;
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

/** A row whose key is there changes what it has of these columns. */
function orUpdate(columns: readonly string[], key: readonly string[]): string {
  const changes = columns
    .filter((column) => !key.includes(column))
    .map((column) => `${quoted(column)} = excluded.${quoted(column)}`);
  const change = changes.length === 0 ? "NOTHING" : `UPDATE SET ${changes.join(", ")}`;
  return ` ON CONFLICT (${key.map(quoted).join(", ")}) DO ${change}`;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/**
 * SQLite has whole numbers, others, texts, bytes and null. libsql writes a number of JavaScript as one that is not whole, which others
 * read as 2.0; NaN is null to SQLite. Dates are texts in ISO 8601, true and false 1 and 0, all else JSON.
 * @throws RangeError for a whole number beyond 64 bits
 */
function toCell(value: unknown): unknown {
  if (value === undefined || value === null) return null;
  if (typeof value === "boolean") return value ? 1n : 0n;
  if (Number.isNaN(value)) return null;
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
  return JSON.stringify(value) ?? null;
}
