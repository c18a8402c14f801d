import { createRequire } from "node:module";
import { OutsideError } from "../pool/connector.js";
import { StreamError } from "../stream-error.js";
import { stopwatch } from "../time/clock.js";
import type { SinkBatch, SinkPartition, SinkWriter } from "./sink.js";

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

/** A writer waits so long for another one. */
const BUSY_MS = 10_000;

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
      const database = open(file);
      try {
        this.#store(database);
      } finally {
        database.close();
      }
    } catch (error) {
      const why = (error as Error).message;
      const message = `cannot write into the table ${table} of ${file}: ${why}`;
      throw new OutsideError(new StreamError("RT_SQLITE", message, { cause: error }));
    }
  }

  #store(database: Database): void {
    const { table, columns, key } = this.writing;
    const isKeyed = key.length > 0;
    const all = isKeyed ? columns : [...columns, ...MARKS];
    const marks = isKeyed ? [] : [this.batch.id, this.partition.index, this.batch.timeMs];
    // In one transaction, which waits for others at its beginning: to wait in the middle would be to fail.
    database.exec("BEGIN IMMEDIATE");
    try {
      const primary = isKeyed ? `, PRIMARY KEY (${key.map(quoted).join(", ")})` : "";
      database.exec(`CREATE TABLE IF NOT EXISTS ${quoted(table)} (${all.map(quoted).join(", ")}${primary})`);
      if (!isKeyed) {
        const index = quoted(`${table}_millrace_batch`);
        database.exec(
          `CREATE INDEX IF NOT EXISTS ${index} ON ${quoted(table)} (millrace_batch, millrace_part)`,
        );
        database
          .prepare(`DELETE FROM ${quoted(table)} WHERE millrace_batch = ? AND millrace_part = ?`)
          .run(this.batch.id, this.partition.index);
      }
      const places = all.map(() => "?").join(", ");
      const insert = database.prepare(
        `INSERT ${isKeyed ? "OR REPLACE " : ""}INTO ${quoted(table)} (${all.map(quoted).join(", ")}) VALUES (${places})`,
      );
      for (const row of this.#rows) insert.run(...row, ...marks);
      database.exec("COMMIT");
    } catch (error) {
      // What failed, a full disk or a trigger, may have ended the transaction: then there is nothing to roll back.
      if (database.inTransaction) database.exec("ROLLBACK");
      throw error;
    }
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

/** As much of libsql, SQLite with prebuilt binaries, as is used here. */
interface Database {
  exec(sql: string): void;
  prepare(sql: string): { run(...values: unknown[]): void };
  readonly inTransaction: boolean;
  close(): void;
}

/** @throws Error when the file is none of SQLite's, or its folder is not there */
function open(file: string): Database {
  // Loaded when it is needed: most programs have no use for it.
  const Sqlite = createRequire(import.meta.url)("libsql") as new (
    path: string,
    options: { timeout: number },
  ) => Database;
  const database = new Sqlite(file, { timeout: BUSY_MS });
  // Readers go on while something is written.
  untilFree(() => database.exec("PRAGMA journal_mode = WAL"));
  return database;
}

/** SQLite waits for others by itself, but not where two connections change the journal at once, as those of the first batch of a new file. */
function untilFree(run: () => void): void {
  const waitedMs = stopwatch();
  for (;;) {
    try {
      run();
      return;
    } catch (error) {
      const isBusy = error instanceof Error && "code" in error && error.code === "SQLITE_BUSY";
      if (!isBusy || waitedMs() >= BUSY_MS) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
    }
  }
}

/** Between two attempts, in ms. */
const RETRY_MS = 10;

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** SQLite has numbers, texts, bytes and null. Dates are texts in ISO 8601, true and false 1 and 0, all else JSON. */
function toCell(value: unknown): unknown {
  if (value === undefined || value === null) return null;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "number" || typeof value === "string" || typeof value === "bigint") return value;
  if (value instanceof Uint8Array) return Buffer.from(value);
  if (value instanceof Date) return value.toISOString();
  return JSON.stringify(value);
}
