import { randomBytes } from "node:crypto";
import { readdirSync, rmSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { ChunkFile } from "./chunk-file.js";

/**
 * The folder of one context's chunk files. The first file makes it. It is removed when the context stops or the process
 * ends; should the process be killed, by the next context that uses the same `localDir`.
 */
export class ScratchFolder {
  readonly path: string;

  /**
   * The folder goes at the end of the process, if it was not removed before. Only in the program's thread: what other
   * threads have to do at the end of a process is not done.
   * @param localDir folder in which it is to be; default: the system's for temporary files
   */
  constructor(localDir: string = tmpdir()) {
    this.path = join(localDir, `${PREFIX}${process.pid}-${randomBytes(6).toString("hex")}`);
    if (living.size === 0) process.on("exit", removeLiving);
    living.add(this);
    removeStale(localDir);
  }

  /** Removes it with all that is in it. Nobody may be writing to it. */
  remove(): void {
    removeFolder(this.path);
    living.delete(this);
    if (living.size === 0) process.off("exit", removeLiving);
  }
}

/** One thread's chunk files in a folder of its context. */
export class ScratchFiles {
  /** A worker that takes the place of a lost one meets the files of that one. */
  readonly #mine = randomBytes(4).toString("hex");
  #made = 0;

  constructor(readonly folder: string) {}

  /** A new file; nothing is written before its first chunk. */
  create(): ChunkFile {
    return new ChunkFile(this.newPath());
  }

  /** The path of a new file, in a folder that may not be there yet. */
  newPath(): string {
    this.#made += 1;
    return join(this.folder, `${this.#mine}-${this.#made}.chunks`);
  }
}

/** Of this machine: a folder may be shared with others, whose processes cannot be seen from here. */
const PREFIX = `millrace-${hostname().replace(/[^\w.]/g, "_")}-`;

const living = new Set<ScratchFolder>();

function removeLiving(): void {
  for (const { path } of living) removeFolder(path);
}

/** Removes what processes left that were killed. What cannot be listed or removed is no concern of this one. */
function removeStale(localDir: string): void {
  for (const name of namesIn(localDir)) {
    const pid = name.startsWith(PREFIX) ? Number.parseInt(name.slice(PREFIX.length), 10) : Number.NaN;
    if (pid > 0 && !isRunning(pid)) removeFolder(join(localDir, name));
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // told when it is written to
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

function removeFolder(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    // Temporary files that cannot be removed now are removed with the next context.
  }
}
