import { resolve } from "node:path";
import type { HttpWriting } from "../connect/http-sink.js";
import type { SqliteWriting } from "../connect/sqlite-sink.js";
import { StreamError } from "../stream-error.js";

/** How `saveToHttp` posts the records of each batch. Functions are run in the tasks. */
export interface HttpSaveOptions<T> {
  url: string;
  /** Of each request, beside those of its own: an `authorization`, or another `content-type`. They are shown nowhere. */
  headers?: Readonly<Record<string, string>>;
  /** Records of one request at most; default 500. */
  maxRecords?: number;
  /** What is posted of some records; default: a JSON array of them. */
  body?: (records: readonly T[]) => string | Uint8Array;
  /** How long an answer may take, in ms; default 10,000. */
  timeoutMs?: number;
  /** Name of the output in status and magics. */
  name?: string;
}

/** Into which table `saveToSqlite` writes the records of each batch. */
export interface SqliteSaveOptions {
  /** Path of the database, from the folder the program runs in. It is made when it is not there, in a folder that is. */
  file: string;
  table: string;
  /** Names of the columns: of the elements of an array, such as a pair, or the fields of an object. */
  columns: readonly string[];
  /** Columns by whose values a row takes the place of another, so that the table has the last of each; left out: rows are added. */
  key?: string | readonly string[];
  /** Name of the output in status and magics. */
  name?: string;
}

/** @internal @throws StreamError RT_SINK */
export function httpWriting<T>(options: HttpSaveOptions<T>): HttpWriting {
  const { url, headers = {}, maxRecords = 500, timeoutMs = 10_000 } = options;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw refused(`url is an http: or https: URL, not ${JSON.stringify(url)}`);
  if (!Number.isInteger(maxRecords) || maxRecords < 1)
    throw refused(`maxRecords is a whole number of at least 1, not ${maxRecords}`);
  if (!(timeoutMs > 0)) throw refused(`timeoutMs is more than 0 ms, not ${timeoutMs}`);
  return { url, headers, maxRecords, timeoutMs };
}

/** @internal @throws StreamError RT_SINK */
export function sqliteWriting({ file, table, columns, key = [] }: SqliteSaveOptions): SqliteWriting {
  const keys = typeof key === "string" ? [key] : key;
  if (columns.length === 0 || new Set(columns).size < columns.length)
    throw refused(`columns are names, each once: ["word", "count"], not ${JSON.stringify(columns)}`);
  const strange = keys.find((name) => !columns.includes(name));
  if (strange !== undefined) throw refused(`key is of the columns (${columns.join(", ")}), not ${strange}`);
  return { file: resolve(file), table, columns, key: keys };
}

function refused(message: string): StreamError {
  return new StreamError("RT_SINK", message);
}
