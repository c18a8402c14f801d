import { randomBytes } from "node:crypto";
import { basename, dirname, join } from "node:path";
import { StreamError } from "../../stream-error.js";
import { locate } from "./file-system.js";

/**
 * A folder that appears with all its files or not at all. Parts are written in a hidden one beside it, which gets its name
 * when the last of them is there. In the program's thread.
 */
export class OutputFolder {
  readonly #located: ReturnType<typeof locate>;
  /** That the parts are written in. */
  readonly writing: string;

  /**
   * @param replace whether one of the same name goes when this one appears; otherwise it must not be there
   * @throws StreamError RT_OUTPUT_EXISTS, RT_FILE, RT_FILE_SYSTEM
   */
  constructor(
    path: string,
    private readonly options: { replace: boolean } = { replace: false },
  ) {
    this.#located = locate(path);
    const { fs, path: absolute } = this.#located;
    if (!options.replace && fs.status(absolute) !== undefined) throw exists(absolute);
    this.writing = this.#beside("_temporary");
    fs.createFolder(this.writing);
  }

  /**
   * Puts the parts in their places, part-00000 and so on, with an empty _SUCCESS as Hadoop's jobs leave it.
   * @param names of the partitions' files, in order; files of other attempts are removed
   */
  commit(names: readonly string[], ending: string): void {
    const { fs, path } = this.#located;
    names.forEach((name, partition) => {
      fs.rename(join(this.writing, name), join(this.writing, partName(partition, ending)));
    });
    const parts = new Set(names.map((_, partition) => partName(partition, ending)));
    for (const left of fs.list(this.writing)) if (!parts.has(basename(left.path))) fs.remove(left.path);
    fs.create(join(this.writing, "_SUCCESS")).close();
    if (fs.status(path) === undefined) fs.rename(this.writing, path);
    else this.#replace();
  }

  #replace(): void {
    const { fs, path } = this.#located;
    if (!this.options.replace) throw exists(path);
    const former = this.#beside("_former");
    fs.rename(path, former);
    fs.rename(this.writing, path);
    fs.remove(former);
  }

  /** A hidden name in the same folder, that nothing else has. */
  #beside(what: string): string {
    const { path } = this.#located;
    return join(dirname(path), `.${basename(path)}.${what}-${randomBytes(6).toString("hex")}`);
  }

  /** Nothing of it is left. */
  abort(): void {
    this.#located.fs.remove(this.writing);
  }
}

function partName(partition: number, ending: string): string {
  return `part-${String(partition).padStart(5, "0")}${ending}`;
}

function exists(path: string): StreamError {
  return new StreamError(
    "RT_OUTPUT_EXISTS",
    `Output directory ${path} already exists; remove it, or save under another name`,
  );
}
