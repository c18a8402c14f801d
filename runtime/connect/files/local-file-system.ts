import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { StreamError } from "../../stream-error.js";
import type { FileStatus, FileSystem, NewFile, OpenFile } from "./file-system.js";

/** The files of this machine. */
export const localFileSystem: FileSystem & { rename(from: string, to: string): void } = {
  status: (path) => guarded("look at", path, () => status(path)),
  list: (folder) =>
    guarded("list", folder, () =>
      readdirSync(folder)
        .sort()
        // A link that leads nowhere, and what was removed meanwhile, is not there.
        .flatMap((name) => status(join(folder, name)) ?? []),
    ),
  open: (path) => guarded("open", path, () => new LocalOpenFile(path, openSync(path, AT_ONCE))),
  create: (path) => guarded("create", path, () => new LocalNewFile(path, openSync(path, "wx"))),
  createFolder: (path) => guarded("create", path, () => makeFolder(path)),
  rename: (from, to) => guarded("rename to", to, () => renameSync(from, to)),
  remove: (path) =>
    guarded("remove", path, () => rmSync(path, { recursive: true, force: true, maxRetries: 3 })),
};

/** A named pipe that nobody writes to is not waited for: the thread could not be ended meanwhile. */
const AT_ONCE = constants.O_RDONLY | constants.O_NONBLOCK;

/** With the folders it is in. Node's own way never returns where no folder can be made, as in /proc. */
function makeFolder(path: string): void {
  if (status(path)?.isFolder) return;
  try {
    mkdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT" || dirname(path) === path) throw error;
    makeFolder(dirname(path));
    mkdirSync(path);
  }
}

function status(path: string): FileStatus | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats && toStatus(path, stats);
}

function toStatus(path: string, stats: Stats): FileStatus {
  const isFolder = stats.isDirectory();
  return { path, isFolder, size: isFolder ? 0 : stats.size, modifiedMs: stats.mtimeMs };
}

class LocalOpenFile implements OpenFile {
  constructor(
    private readonly path: string,
    private readonly fd: number,
  ) {}

  status(): FileStatus {
    return guarded("look at", this.path, () => toStatus(this.path, fstatSync(this.fd)));
  }

  read(into: Uint8Array, offset: number, length: number, position: number): number {
    return guarded("read", this.path, () => {
      let read = 0;
      while (read < length) {
        const got = readSync(this.fd, into, offset + read, length - read, position + read);
        if (got === 0) break;
        read += got;
      }
      return read;
    });
  }

  close(): void {
    closeSync(this.fd);
  }
}

class LocalNewFile implements NewFile {
  #isOpen = true;

  constructor(
    private readonly path: string,
    private readonly fd: number,
  ) {}

  write(bytes: Uint8Array): void {
    guarded("write", this.path, () => {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.fd, bytes, at);
    });
  }

  abort(): void {
    if (this.#isOpen) closeSync(this.fd);
    this.#isOpen = false;
    localFileSystem.remove(this.path);
  }

  close(): void {
    guarded("write", this.path, () => {
      try {
        fsyncSync(this.fd);
      } finally {
        this.#isOpen = false;
        closeSync(this.fd);
      }
    });
  }
}

/** What the system calls a fault, in words. */
const FAULTS: Readonly<Record<string, string>> = {
  EACCES: "permission is denied",
  EPERM: "permission is denied",
  ENOENT: "it does not exist",
  ENOTDIR: "a part of the path is no folder",
  EISDIR: "it is a folder",
  EEXIST: "it exists already",
  ENOTEMPTY: "it exists already, and is not empty",
  ENOSPC: "no space is left on the disk",
  EDQUOT: "the quota of disk space is used up",
  EFBIG: "the file is larger than files may be",
  EIO: "the device failed",
  EROFS: "the file system is read-only",
  EMFILE: "too many files are open",
  ESPIPE: "it is no file but a pipe",
  ELOOP: "its links lead in a circle",
};

/** What to do about what cannot be written. */
const WAYS_OUT: Readonly<Record<string, string>> = {
  ENOSPC: "make room there, or write to a folder with room",
  EDQUOT: "make room there, or write to a folder with room",
  EFBIG: "use more partitions, or write to a folder with room",
  EACCES: "write to a folder that you may write to",
  EPERM: "write to a folder that you may write to",
  EROFS: "write to a folder that you may write to",
};

/** @throws StreamError RT_FILE */
function guarded<T>(what: string, path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    const why = FAULTS[code] === undefined ? message : `${FAULTS[code]} (${code})`;
    const way = what === "create" || what === "write" ? WAYS_OUT[code] : undefined;
    const rest = way === undefined ? "" : `; ${way}`;
    throw new StreamError("RT_FILE", `cannot ${what} ${path}: ${why}${rest}`, { cause: error });
  }
}
