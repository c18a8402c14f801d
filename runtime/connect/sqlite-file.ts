import { statSync } from "node:fs";
import { createRequire } from "node:module";
import { stopwatch } from "../time/clock.js";

/** As much of libsql, SQLite with prebuilt binaries, as is used here. */
interface Database {
  exec(sql: string): void;
  prepare(sql: string): Statement;
  readonly inTransaction: boolean;
  close(): void;
}

interface Statement {
  run(values: readonly unknown[]): void;
}

/** A writer waits so long for another one. */
const BUSY_MS = 10_000;

/** So many files stay open in a thread. */
const OPEN_FILES = 16;

/** Those of this thread, the one that was used last at the end. */
const opened = new Map<string, SqliteFile>();

/**
 * The database in a file, made when it is not there. It stays open for the next batch: libsql keeps what a statement was prepared
 * in open until the statement is collected as garbage, so one for each batch would be hundreds of open files.
 * @throws Error when the file is none of SQLite's, or its folder is not there
 */
export function sqliteFile(path: string): SqliteFile {
  const before = opened.get(path);
  opened.delete(path);
  if (before !== undefined && !before.isThere()) before.close();
  const file = before?.isThere() ? before : new SqliteFile(path);
  opened.set(path, file);
  for (const [oldest, other] of opened) {
    if (opened.size <= OPEN_FILES) break;
    opened.delete(oldest);
    other.close();
  }
  return file;
}

/** A connection to a file, with the statements that were prepared in it. */
export class SqliteFile {
  readonly #database: Database;
  readonly #statements = new Map<string, Statement>();
  readonly #identity: string | undefined;

  constructor(private readonly path: string) {
    // Loaded when it is needed: most programs have no use for it.
    const Sqlite = createRequire(import.meta.url)("libsql") as new (
      path: string,
      options: { timeout: number },
    ) => Database;
    this.#database = new Sqlite(path, { timeout: BUSY_MS });
    // Readers go on while something is written.
    untilFree(() => this.#database.exec("PRAGMA journal_mode = WAL"));
    this.#identity = identityOf(path);
  }

  /** Whether the path still names the file that is open: it may have been removed, or another put in its place. */
  isThere(): boolean {
    return this.#identity !== undefined && identityOf(this.path) === this.#identity;
  }

  exec(sql: string): void {
    this.#database.exec(sql);
  }

  run(sql: string, values: readonly unknown[]): void {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    // As one array: a single value that is null or bytes would be taken for an object of names.
    statement.run(values);
  }

  /**
   * All that `write` does, or nothing of it. Afterwards the file by itself has it, unless somebody reads what was there before: who
   * copies a file of SQLite seldom thinks of the log beside it.
   */
  transaction(write: () => void): void {
    // It waits for others at its beginning: to wait in the middle would be to fail.
    this.exec("BEGIN IMMEDIATE");
    try {
      write();
      this.exec("COMMIT");
    } catch (error) {
      // What failed, a full disk or a trigger, may have ended the transaction: then there is nothing to roll back.
      if (this.#database.inTransaction) this.exec("ROLLBACK");
      throw error;
    }
    this.exec("PRAGMA wal_checkpoint(PASSIVE)");
  }

  close(): void {
    this.#database.close();
  }
}

/** @returns undefined when there is no such file */
function identityOf(path: string): string | undefined {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stats && `${stats.dev}/${stats.ino}`;
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
