import { basename } from "node:path";
import { splitsNode } from "../operators/splits.js";
import type { RddNode } from "../plan/rdd-node.js";
import { StreamError } from "../stream-error.js";
import type { FileListing } from "./file-listing.js";
import { defaultMinSplits, type FileSplit, splitFiles, wholeFile } from "./files/file-split.js";
import type { FileStatus } from "./files/file-system.js";
import { Outage } from "./outage.js";
import type { Received, ReplayableSource, SourceStatus } from "./source.js";

/** How the files of a stream are read. */
export type FileFormat = "text" | "jsonLines" | "wholeText" | "binary" | "records" | "objects";

export interface FileStreamOptions {
  /** A folder, or a pattern of folders. */
  path: string;
  listing: FileListing;
  format: FileFormat;
  /** Of the format `records`. */
  recordLength: number;
  /** False: files that were there before the start are taken too. */
  newFilesOnly: boolean;
  /** How long a file is looked for, and a taken one remembered. */
  rememberMs: number;
  batchMs: number;
  tasks: number;
  accepts: (path: string) => unknown;
  /** The context's time. */
  now(): number;
  /** Tells people of a folder that is missing, or cannot be listed, for longer. */
  warn?: (text: string) => void;
}

/** A file that was taken, and the batch that took it. */
type Taken = [path: string, timeMs: number];

interface Position {
  ignoreUntilMs: number;
  taken: Taken[];
}

/**
 * `fileStream`: the files that appear in folders, each in one batch, by the rules of Spark's FileInputDStream. A batch takes
 * the files whose last change lies after the start (or any time, with `newFilesOnly` false), at most a minute before the batch
 * and not after it, and that no batch has taken. Where the folders were away meanwhile, it is a minute before that. A file has to
 * appear by being renamed into its folder: what is written to it after it was taken is not read.
 */
export class FileStreamSource implements ReplayableSource {
  readonly #rememberMs: number;
  readonly #outage: Outage;
  #ignoreUntilMs: number;
  #taken = new Map<string, number>();
  /** Time of the first batch that does not know what there is: of what came since, nothing is too old when it is known again. */
  #awayMs = Number.POSITIVE_INFINITY;
  #files = 0;
  #problem = "";
  #closed = false;

  constructor(private readonly options: FileStreamOptions) {
    const { batchMs, rememberMs } = options;
    this.#rememberMs = Math.ceil(rememberMs / batchMs) * batchMs;
    this.#ignoreUntilMs = options.newFilesOnly ? options.now() : 0;
    this.#outage = new Outage(options.path, options.warn);
  }

  open(): void {
    this.#closed = false;
    this.options.listing.open();
  }

  take(timeMs: number): Received {
    const fromMs = Math.min(timeMs, this.#awayMs) - this.#rememberMs;
    for (const [path, takenMs] of this.#taken) if (takenMs < fromMs) this.#taken.delete(path);
    const files = this.#newFiles(fromMs, timeMs);
    for (const { path } of files) this.#taken.set(path, timeMs);
    this.#files += files.length;
    return this.replay({ files });
  }

  replay(range: unknown): Received {
    const { files } = range as { files: FileStatus[] };
    return { rdd: this.#rddOf(files), records: files.length, range: { files } };
  }

  position(): unknown {
    const position: Position = { ignoreUntilMs: this.#ignoreUntilMs, taken: [...this.#taken] };
    return position;
  }

  resume(position: unknown): void {
    const { ignoreUntilMs, taken } = position as Position;
    this.#ignoreUntilMs = ignoreUntilMs;
    this.#taken = new Map(taken);
  }

  status(): SourceStatus {
    const state = this.#closed ? "stopped" : this.#problem === "" ? "connected" : "retrying";
    const what = `files of ${this.options.path}`;
    return { what, state, reason: this.#problem, records: this.#files, refused: 0, pending: 0 };
  }

  close(): void {
    this.#closed = true;
    this.options.listing.close();
  }

  #newFiles(fromMs: number, timeMs: number): FileStatus[] {
    const afterMs = Math.max(this.#ignoreUntilMs, fromMs);
    const isNew = ({ path, isFolder, modifiedMs }: FileStatus) => {
      const changedMs = Math.floor(modifiedMs);
      return !isFolder && changedMs > afterMs && changedMs <= timeMs && !this.#taken.has(path);
    };
    try {
      const { listing, accepts } = this.options;
      const files = listing.files().filter((file) => isNew(file) && accepts(file.path));
      this.#problem = "";
      this.#awayMs = Number.POSITIVE_INFINITY;
      this.#outage.over();
      return files;
    } catch (error) {
      // Tried again with the next batch: a folder may be on its way, or on a share that is.
      if (!(error instanceof StreamError)) throw error;
      this.#problem = error.message;
      this.#awayMs = Math.min(this.#awayMs, timeMs);
      this.#outage.lasts(error.message);
      return [];
    }
  }

  #rddOf(files: readonly FileStatus[]): RddNode {
    const { format, recordLength, tasks } = this.options;
    const cut = (unit = 1): FileSplit[] =>
      splitFiles(files, defaultMinSplits(files, tasks), unit).map((split) => ({ ...split, mayGrow: true }));
    const whole = () => files.map((file) => ({ ...wholeFile(file), mayGrow: true }));
    switch (format) {
      case "text":
        return splitsNode("textFile", cut());
      case "jsonLines":
        return splitsNode(
          "jsonLines",
          cut().map((split) => ({ ...split, badLines: "fail" })),
        );
      case "records":
        return splitsNode(
          "binaryRecords",
          cut(recordLength).map((split) => ({ ...split, recordLength })),
        );
      case "objects":
        return splitsNode("objectFile", whole());
      case "wholeText":
      case "binary":
        return splitsNode(
          format === "binary" ? "binaryFiles" : "wholeTextFiles",
          whole().map((file) => [file]),
        );
    }
  }
}

/** Which files there are for a stream when nobody says: all but hidden ones. */
export function isVisible(path: string): boolean {
  return !basename(path).startsWith(".");
}
