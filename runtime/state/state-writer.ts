import { PageFile } from "../disk/page-files.js";
import type { ScratchFiles } from "../disk/scratch-folder.js";
import { type StateBytes, together } from "./state-bytes.js";

/** Takes a state or a change of one as bytes, part by part: a few stay in memory, more go to a file. For one thread, synchronous. */
export class StateWriter {
  #parts: Uint8Array[] = [];
  #bytes = 0;
  #file: PageFile | undefined;

  constructor(private readonly files: ScratchFiles) {}

  /** @throws StreamError RT_DISK */
  add(part: Uint8Array): void {
    this.#parts.push(part);
    this.#bytes += part.length;
    if (this.#bytes >= MEMORY_BYTES) this.#toFile();
  }

  /** All that was added: in memory that can be moved to another thread, or in a file until {@link clear}. @throws StreamError RT_DISK */
  finish(): StateBytes {
    if (this.#file === undefined) return together(this.#parts, this.#bytes);
    this.#toFile();
    this.#file.flush();
    return { path: this.#file.path, at: 0, length: this.#file.size };
  }

  /** Nothing was added. */
  clear(): void {
    this.#parts = [];
    this.#bytes = 0;
    this.#file?.remove();
    this.#file = undefined;
  }

  #toFile(): void {
    this.#file ??= new PageFile(this.files.newPath());
    for (const part of this.#parts) this.#file.append(part);
    this.#parts = [];
    this.#bytes = 0;
  }
}

/** A message to the engine's thread is no larger. */
const MEMORY_BYTES = 2 ** 20;
