import { isAbsolute, resolve } from "node:path";
import { StreamError } from "../../stream-error.js";
import { localFileSystem } from "./local-file-system.js";

/** A file or folder as a listing shows it. */
export interface FileStatus {
  path: string;
  isFolder: boolean;
  /** In bytes; 0 for a folder. */
  size: number;
  /** Time of the last change, in ms since 1970. */
  modifiedMs: number;
}

/**
 * Where files are. Tasks are synchronous, so all of this is: whatever asks another machine has to wait in the thread it is
 * called in. Paths are absolute. What goes wrong is thrown as a StreamError with the path.
 */
export interface FileSystem {
  /** Undefined when there is nothing of this path. */
  status(path: string): FileStatus | undefined;
  /** What is in a folder, in the order of the names. */
  list(folder: string): FileStatus[];
  open(path: string): OpenFile;
  /** A new file in a folder that is there. @throws StreamError when there is one already */
  create(path: string): NewFile;
  /** With the folders it is in, where they are missing. */
  createFolder(path: string): void;
  /** @throws StreamError when `to` exists, unless it is an empty folder */
  rename(from: string, to: string): void;
  /** Removes a file, or a folder with all in it; nothing when there is none. */
  remove(path: string): void;
}

export interface OpenFile {
  /** As it is now. */
  status(): FileStatus;
  /** Fills a part of `into` with what is at `position` in the file; less than `length` at the end of the file only. */
  read(into: Uint8Array, offset: number, length: number, position: number): number;
  close(): void;
}

export interface NewFile {
  /** Writes all of it, after what was written before. */
  write(bytes: Uint8Array): void;
  /** What was written is on its disk when this returns. */
  close(): void;
}

const LOCAL = "file";

/** The file systems by the scheme of their URLs. */
const FILE_SYSTEMS: ReadonlyMap<string, FileSystem> = new Map([[LOCAL, localFileSystem]]);

/**
 * A path of the user's with its file system: a path, from the folder the program runs in, or a URL.
 * @throws StreamError RT_FILE_SYSTEM for a URL of a scheme there is no file system for
 */
export function locate(path: string): { fs: FileSystem; path: string } {
  const scheme = /^([a-z][a-z0-9+.-]+):\//i.exec(path)?.[1]?.toLowerCase() ?? LOCAL;
  const fs = FILE_SYSTEMS.get(scheme);
  if (fs === undefined) {
    throw new StreamError(
      "RT_FILE_SYSTEM",
      `there is no file system for ${scheme}: of ${path}; there is ${[...FILE_SYSTEMS.keys()].join(", ")}`,
    );
  }
  return { fs, path: isAbsolute(path) ? resolve(path) : resolve(pathOfUrl(path)) };
}

/** The same path whatever folder the program is in later: URLs stay as they are. */
export function absolutePath(path: string): string {
  return /^[a-z][a-z0-9+.-]+:\//i.test(path) ? path : resolve(path);
}

/** `file:/a`, `file:///a` and plain paths. A URL's characters stand for themselves: `%` and `?` are none of its escapes. */
function pathOfUrl(path: string): string {
  return path.replace(/^file:(\/\/(?=\/))?/i, "");
}
