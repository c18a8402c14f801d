/**
 * The history beyond one session: a folder with one file for each, `12.jsonl`, one JSON object a line. A session writes to
 * its own file only, which it alone can have created: so kernels that run at the same time cannot spoil each other's.
 */

import { appendFile, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { HistoryEntry } from "../port/front-calls.js";
import { isObject } from "../wire/fields.js";

/** Sessions kept, and bytes of all their files: what is beyond is removed when a session begins, the oldest first. */
export const KEPT = { sessions: 1_000, bytes: 20_000_000 };

/** Of files that nobody else may read. */
const OWN = 0o600;

/** A cell began to run, or cell `line` has a result, as plain text. */
export type HistoryRecord = { line: number; input: string } | { line: number; output: string };

/** A session that writes. */
export interface HistoryFile {
  session: number;
  /** Resolves when the records are written, in this order. @throws Error of the file system */
  append(records: readonly HistoryRecord[]): Promise<void>;
}

export class HistoryFolder {
  readonly #path: string;
  readonly #kept: typeof KEPT;

  /** `path` need not exist. */
  constructor(path: string, kept = KEPT) {
    this.#path = path;
    this.#kept = kept;
  }

  /** Numbers of the sessions there are, latest first; empty when the folder cannot be read. */
  async sessions(): Promise<number[]> {
    const names = await readdir(this.#path).catch(() => []);
    const numbers = names.map((name) => Number(/^([1-9]\d*)\.jsonl$/.exec(name)?.[1]));
    return numbers.filter(Number.isSafeInteger).sort((a, b) => b - a);
  }

  /** Entries of a session, first line first; empty when there is no such session. Lines that cannot be read are left out. */
  async read(session: number): Promise<HistoryEntry[]> {
    const text = await readFile(this.#fileOf(session), "utf8").catch(() => "");
    const entries = new Map<number, HistoryEntry>();
    for (const line of text.split("\n")) {
      const record = parseRecord(line);
      const known = record && entries.get(record.line);
      if (record !== undefined && "input" in record)
        entries.set(record.line, { session, output: undefined, ...record });
      else if (known !== undefined) entries.set(known.line, { ...known, ...record });
    }
    return [...entries.values()];
  }

  /**
   * Begins a session with a number of its own, the highest yet.
   * @throws Error of the file system
   */
  async begin(): Promise<HistoryFile> {
    await mkdir(this.#path, { recursive: true, mode: 0o700 });
    const earlier = await this.sessions();
    const session = await this.#create((earlier[0] ?? 0) + 1);
    await this.#forget(earlier);
    const append = (records: readonly HistoryRecord[]) =>
      appendFile(this.#fileOf(session), records.map((record) => `${JSON.stringify(record)}\n`).join(""), {
        mode: OWN,
      });
    return { session, append };
  }

  /** Another kernel may have taken the number meanwhile. */
  async #create(session: number): Promise<number> {
    try {
      await writeFile(this.#fileOf(session), "", { flag: "wx", mode: OWN });
      return session;
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "EEXIST")
        return this.#create(session + 1);
      throw error;
    }
  }

  async #forget(latestFirst: readonly number[]): Promise<void> {
    let bytes = 0;
    for (const [i, session] of latestFirst.entries()) {
      bytes += await this.#bytesOf(session);
      const isKept = i + 1 < this.#kept.sessions && bytes <= this.#kept.bytes;
      if (!isKept) await rm(this.#fileOf(session), { force: true });
    }
  }

  /** 0 for a file that another kernel has just removed. */
  async #bytesOf(session: number): Promise<number> {
    return stat(this.#fileOf(session)).then(
      ({ size }) => size,
      () => 0,
    );
  }

  #fileOf(session: number): string {
    return join(this.#path, `${session}.jsonl`);
  }
}

/** Undefined for a line that was cut off, or was never one of ours. */
function parseRecord(line: string): HistoryRecord | undefined {
  try {
    const value: unknown = JSON.parse(line);
    if (!isObject(value) || !Number.isSafeInteger(value.line)) return undefined;
    const at = Number(value.line);
    if (typeof value.input === "string") return { line: at, input: value.input };
    return typeof value.output === "string" ? { line: at, output: value.output } : undefined;
  } catch {
    return undefined;
  }
}
