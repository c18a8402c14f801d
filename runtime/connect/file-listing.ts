import { StreamError } from "../stream-error.js";
import type { Clock } from "../time/clock.js";
import type { FileStatus } from "./files/file-system.js";
import { filesInFolders, filesInFoldersLater, isRemote } from "./files/input-files.js";

/** The files that are in the folders of a stream. */
export interface FileListing {
  open(): void;
  /** As they are, or were a moment ago. Never waits. @throws StreamError why they are not known */
  files(): FileStatus[];
  close(): void;
}

/**
 * @param path a folder, or a pattern of folders
 * @param wall real time
 * @throws StreamError RT_FILE_SYSTEM
 */
export function fileListing(path: string, wall: Clock, batchMs: number): FileListing {
  if (isRemote(path)) return new PolledListing(path, wall, Math.min(batchMs, POLL_MS));
  return { open: () => undefined, files: () => filesInFolders(path), close: () => undefined };
}

const POLL_MS = 1000;

/** Folders of another machine, looked at again and again: nobody waits for it in the engine's thread. */
class PolledListing implements FileListing {
  #files: FileStatus[] = [];
  #problem: StreamError | undefined;
  #isOpen = false;
  #cancel: (() => void) | undefined;

  constructor(
    private readonly path: string,
    private readonly wall: Clock,
    private readonly pauseMs: number,
  ) {}

  open(): void {
    this.#isOpen = true;
    void this.#poll();
  }

  files(): FileStatus[] {
    if (this.#problem !== undefined) throw this.#problem;
    return this.#files;
  }

  close(): void {
    this.#isOpen = false;
    this.#cancel?.();
  }

  async #poll(): Promise<void> {
    try {
      this.#files = await filesInFoldersLater(this.path);
      this.#problem = undefined;
    } catch (error) {
      this.#problem = error instanceof StreamError ? error : new StreamError("RT_FILE", String(error));
    }
    if (this.#isOpen) this.#cancel = this.wall.at(this.wall.now() + this.pauseMs, () => void this.#poll());
  }
}
