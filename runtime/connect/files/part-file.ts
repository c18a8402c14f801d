import { randomBytes } from "node:crypto";
import { OutsideError } from "../../pool/connector.js";
import { atTaskEnd } from "../../pool/task-end.js";
import { codecOf, isCompressed } from "./codec.js";
import { locate } from "./file-system.js";
import { type FormatSpec, formatOf } from "./formats.js";
import { inFolder } from "./path.js";

/** Where and how the tasks of a job write their records. Plain data. */
export type PartSpec = FormatSpec & {
  /** That the parts are written in; it is there. */
  folder: string;
  /** Of the files' names: that of a codec, or nothing. */
  ending: string;
};

/** The file of one partition, on its way. */
export interface Part {
  write(row: unknown): void;
  /** Everything is on the disk. @returns the file's name in the folder */
  close(): string;
}

/**
 * Begins the file of a partition, in the task thread. Its name is of this attempt alone: should its worker be lost, another
 * one writes another file. It is removed when the task ends without {@link Part.close}.
 */
export function createPart(spec: PartSpec): Part {
  const { folder, ending } = spec;
  const name = `attempt-${randomBytes(9).toString("hex")}${ending}`;
  const { now: fs, path } = outside(() => locate(inFolder(folder, name)));
  const file = outside(() => fs.create(path));
  let isWhole = false;
  const leave = atTaskEnd(() => {
    if (!isWhole) file.abort();
  });
  const write = (bytes: Uint8Array) => outside(() => file.write(bytes));
  const filter = isCompressed(path) ? codecOf(path).compress(write) : { push: write, end: () => undefined };
  const rows = formatOf(spec)((bytes) => filter.push(bytes));
  return {
    write: rows.write,
    close() {
      rows.end();
      filter.end();
      outside(() => file.close());
      isWhole = true;
      leave();
      return name;
    },
  };
}

/** What fails here is no fault of a function or a record. */
function outside<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new OutsideError(error);
  }
}
