import { randomBytes } from "node:crypto";
import { basename, dirname } from "node:path";
import { StreamError } from "../../stream-error.js";
import type { Patience } from "../patience.js";
import { locate } from "./file-system.js";
import { inFolder } from "./path.js";
import { type FolderFiles, patientFiles } from "./patient-files.js";

/**
 * A folder that appears with all its files or not at all. Parts are written in a hidden one beside it, which gets its name
 * when the last of them is there.
 */
export class OutputFolder {
  /** That the parts are written in. */
  readonly writing: string;

  private constructor(
    private readonly located: { path: string; later: FolderFiles },
    private readonly replaces: boolean,
  ) {
    this.writing = this.#beside("_temporary");
  }

  /**
   * @param patience with files that are out of reach
   * @param replace whether one of the same name goes when this one appears; otherwise it must not be there
   * @throws StreamError RT_OUTPUT_EXISTS, RT_FILE, RT_FILE_SYSTEM
   */
  static async begin(path: string, patience: Patience, { replace = false } = {}): Promise<OutputFolder> {
    const located = locate(path);
    const later = patientFiles(located.later, patience);
    if (!replace && (await later.status(located.path)) !== undefined) throw exists(located.path);
    const folder = new OutputFolder({ path: located.path, later }, replace);
    await later.createFolder(folder.writing);
    return folder;
  }

  /**
   * Puts the parts in their places, part-00000 and so on, with a _SUCCESS.
   * @param names of the partitions' files, in order; files of other attempts are removed
   */
  async commit(names: readonly string[], ending: string): Promise<void> {
    const { later: fs, path } = this.located;
    const parts = names.map((_, partition) => partName(partition, ending));
    const renamed = names.map((name, i) =>
      fs.rename(inFolder(this.writing, name), inFolder(this.writing, parts[i] as string)),
    );
    const isOurs = new Set([...names, ...parts, SUCCESS]);
    const removeOthers = async () => {
      const others = (await fs.list(this.writing)).filter((file) => !isOurs.has(basename(file.path)));
      await Promise.all(others.map((file) => fs.remove(file.path)));
    };
    // Not before: it may be written beside its place, under a name that nobody knows.
    const marked = removeOthers().then(() => fs.createEmpty(inFolder(this.writing, SUCCESS)));
    // At the same time: of files far away each is a way there and back.
    const work = [fs.status(path), marked, ...renamed] as const;
    // None of them makes a file in a folder that whoever gives up has removed.
    await Promise.allSettled(work);
    const [former] = await Promise.all(work);
    if (former === undefined) await fs.rename(this.writing, path);
    else await this.#replace();
  }

  async #replace(): Promise<void> {
    const { later: fs, path } = this.located;
    if (!this.replaces) throw exists(path);
    const former = this.#beside("_former");
    await fs.rename(path, former);
    try {
      await fs.rename(this.writing, path);
    } catch (error) {
      await fs.rename(former, path).catch(() => {
        throw leftAt(path, former, error);
      });
      throw error;
    }
    await fs.remove(former);
  }

  /** A hidden name in the same folder, that nothing else has. */
  #beside(what: string): string {
    const { path } = this.located;
    return inFolder(dirname(path), `.${basename(path)}.${what}-${randomBytes(6).toString("hex")}`);
  }

  /**
   * Nothing of it is left, as far as it can be reached: why it is not to be is told by who ends it. Other tasks of a job that failed
   * go on, and make files: on this machine in no folder that has another name, and what has no new files can be removed.
   */
  async abort(): Promise<void> {
    const { later, isRemote } = locate(this.writing);
    const remove = (folder: string) => later.remove(folder);
    const folders = [this.writing];
    if (!isRemote) {
      const failed = this.#beside("_failed");
      folders.push(failed);
      await later.rename(this.writing, failed).catch(() => undefined); // where open files forbid it, as on Windows
    }
    // Once more for a file that was on its way into the folder as its name was changed.
    for (const folder of folders)
      await remove(folder)
        .catch(() => remove(folder))
        .catch(() => undefined);
  }
}

/** Empty, as Hadoop's jobs leave it. */
const SUCCESS = "_SUCCESS";

function partName(partition: number, ending: string): string {
  return `part-${String(partition).padStart(5, "0")}${ending}`;
}

function leftAt(path: string, former: string, cause: unknown): StreamError {
  return new StreamError(
    "RT_FILE",
    `${path} was to be replaced, which failed (${(cause as Error).message}), and what it had could not be put back: it is in ${former}; rename it`,
    { cause },
  );
}

function exists(path: string): StreamError {
  return new StreamError(
    "RT_OUTPUT_EXISTS",
    `Output directory ${path} already exists; remove it, or save under another name`,
  );
}
