import { StreamError } from "../stream-error.js";

/** What the system calls a fault, for the sentence of an RT_DISK error. */
const FAULTS: Readonly<Record<string, string>> = {
  ENOSPC: "no space is left there",
  EDQUOT: "the quota of disk space is used up",
  EFBIG: "the file is larger than files may be",
  EIO: "the device failed",
  EACCES: "permission is denied",
  EPERM: "permission is denied",
  EROFS: "the file system is read-only",
  ENOTDIR: "a part of the path is no folder",
  EEXIST: "a part of the path is no folder",
  EMFILE: "too many files are open",
  ENFILE: "too many files are open",
  ENOENT: "it is gone",
};

const ROOM = "make room there, or set `localDir` to a folder with room";
const FILES = "let the process have more of them open (ulimit -n), or start it with fewer `workers`";
const WAYS_OUT: Readonly<Record<string, string>> = { EMFILE: FILES, ENFILE: FILES };

/** True for what {@link diskError} makes. */
export function isDiskError(error: unknown): boolean {
  return error instanceof StreamError && error.code === "RT_DISK";
}

/** A StreamError RT_DISK that says what could not be done to which file, why, and the way out. */
export function diskError(what: string, path: string, error: unknown): StreamError {
  const { code = "", message = String(error) } = error as NodeJS.ErrnoException;
  const why = FAULTS[code] === undefined ? message : `${FAULTS[code]} (${code})`;
  return new StreamError(
    "RT_DISK",
    `cannot ${what} ${path}, which holds rows that do not fit in memory: ${why}; ${WAYS_OUT[code] ?? ROOM}`,
    { cause: error },
  );
}
