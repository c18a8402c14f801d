import { isAbsolute, resolve } from "node:path";
import { StreamError } from "../../stream-error.js";
import { hdfs } from "../hdfs/hdfs-file-system.js";
import { localFileSystem } from "./local-file-system.js";
import { schemeOf } from "./path.js";
import { readBytes, readChunks, writeWholeFile } from "./whole-file.js";

/** A file or folder as a listing shows it. */
export interface FileStatus {
  path: string;
  isFolder: boolean;
  /** In bytes; 0 for a folder. */
  size: number;
  /** Time of the last change, in ms since 1970. */
  modifiedMs: number;
  /** Of the blocks it is stored in, in bytes; left out where there are none. */
  blockBytes?: number;
}

/**
 * Where files are, for tasks. They are synchronous, so all of this is: whatever asks another machine has to wait in the thread it
 * is called in. Paths are absolute. What goes wrong is thrown as a StreamError with the path.
 */
export interface FileSystem {
  /** Undefined when there is nothing of this path. */
  status(path: string): FileStatus | undefined;
  /** What is in a folder, in the order of the names. */
  list(folder: string): FileStatus[];
  /** @param end most of what will be read lies before it; left out: all may be */
  open(path: string, end?: number): OpenFile;
  /** A new file in a folder that is there. @throws StreamError when there is one already */
  create(path: string): NewFile;
  /** With the folders it is in, where they are missing. */
  createFolder(path: string): void;
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
  /** It is not to be: what is there of it goes, as far as it can be reached. */
  abort(): void;
}

/** The same files for threads that must not wait, the program's and the engine's: what they do with whole files and folders. */
export interface AsyncFileSystem {
  /** As {@link FileSystem.status}. */
  status(path: string): Promise<FileStatus | undefined>;
  /** As {@link FileSystem.list}. */
  list(folder: string): Promise<FileStatus[]>;
  /** As {@link FileSystem.createFolder}. */
  createFolder(path: string): Promise<void>;
  /** A file with nothing in it, in a folder that is there. */
  createEmpty(path: string): Promise<void>;
  /** A file or an empty folder of the new name goes. @throws StreamError when there is a folder that is not empty */
  rename(from: string, to: string): Promise<void>;
  /** As {@link FileSystem.remove}. */
  remove(path: string): Promise<void>;
  /** The bytes of a file from one place up to another; left out: all of it. */
  read(path: string, start?: number, end?: number): Promise<Buffer>;
  /** The same, a piece at a time. */
  chunks(path: string, start?: number, end?: number): AsyncIterable<Uint8Array>;
  /**
   * A file that is there as a whole or not at all, with the folders it is in; one of this name goes.
   * @param durable whether it must outlive this machine's loss of power; what another machine takes outlives this one in any case
   */
  writeWhole(path: string, parts: AsyncIterable<Uint8Array>, durable: boolean): Promise<void>;
}

/** Files that are all reached in the same way. */
export interface Files {
  now: FileSystem;
  later: AsyncFileSystem;
  /** Whether {@link FileSystem} has to ask another machine. */
  isRemote: boolean;
  /** An absolute path of what the user wrote. @throws StreamError RT_FILE_SYSTEM */
  absolute(path: string): string;
}

const LOCAL = "file";

const local: Files = {
  now: localFileSystem,
  later: {
    status: async (path) => localFileSystem.status(path),
    list: async (folder) => localFileSystem.list(folder),
    createFolder: async (path) => localFileSystem.createFolder(path),
    createEmpty: async (path) => localFileSystem.create(path).close(),
    rename: async (from, to) => localFileSystem.rename(from, to),
    remove: async (path) => localFileSystem.remove(path),
    read: readBytes,
    chunks: readChunks,
    writeWhole: writeWholeFile,
  },
  isRemote: false,
  absolute: (path) => (isAbsolute(path) ? resolve(path) : resolve(pathOfUrl(path))),
};

/** By the scheme of their URLs. */
const FILES: ReadonlyMap<string, Files> = new Map([
  [LOCAL, local],
  ["hdfs", hdfs],
  ["webhdfs", hdfs],
]);

/** A path with the way to what it names. */
export interface Located extends Omit<Files, "absolute"> {
  path: string;
}

/**
 * A path of the user's with its file system: a path, from the folder the program runs in, or a URL.
 * @throws StreamError RT_FILE_SYSTEM for a URL of a scheme there is no file system for
 */
export function locate(path: string): Located {
  const scheme = schemeOf(path) ?? LOCAL;
  const files = FILES.get(scheme);
  if (files === undefined) {
    throw new StreamError(
      "RT_FILE_SYSTEM",
      `there is no file system for ${scheme}: of ${path}; there is ${[...FILES.keys()].join(", ")}`,
    );
  }
  return { ...files, path: files.absolute(path) };
}

/** The same path whatever folder the program is in later: URLs stay as they are. */
export function absolutePath(path: string): string {
  return schemeOf(path) === undefined ? resolve(path) : path;
}

/** `file:/a`, `file:///a` and plain paths. A URL's characters stand for themselves: `%` and `?` are none of its escapes. */
function pathOfUrl(path: string): string {
  return path.replace(/^file:(\/\/(?=\/))?/i, "");
}
