import type { ChunkFile } from "../disk/chunk-file.js";
import type { ScratchFiles } from "../disk/scratch-folder.js";
import type { Cancellation } from "./cancellation.js";

/** Bytes of merged partitions that a worker keeps in memory for later jobs. */
export interface KeptResults {
  bytes: number;
}

/** What the reading of one partition may hold, in memory and on disk, until its shuffle is released. */
export class ReadRoom {
  #file: ChunkFile | undefined;
  readonly #releases: (() => void)[] = [];
  #keptBytes = 0;
  #bucketsDone = false;

  constructor(
    /** About how much a reader holds in memory at a time. */
    readonly shareBytes: number,
    private readonly files: ScratchFiles,
    private readonly kept: KeptResults,
    private readonly cancellation: Cancellation,
  ) {}

  /** The file for what does not fit; it is removed with the shuffle. One for all of it, however often a partition is taken apart. */
  get file(): ChunkFile {
    this.#file ??= this.files.create();
    return this.#file;
  }

  /** @returns whether a result of so many bytes may stay in memory; if not, it has to be made again, or read, each time */
  keep(bytes: number): boolean {
    if (this.kept.bytes + bytes > this.shareBytes) return false;
    this.kept.bytes += bytes;
    this.#keptBytes += bytes;
    return true;
  }

  /** The buckets are not needed any more. Without this they stay as long as the result. */
  bucketsDone(): void {
    this.#bucketsDone = true;
  }

  get needsBuckets(): boolean {
    return !this.#bucketsDone;
  }

  /** `release` is called when the reading is let go of. */
  onRelease(release: () => void): void {
    this.#releases.push(release);
  }

  /** To be called once in a while by what takes long. @throws TaskCancelled */
  checkCancelled(): void {
    if (this.cancellation.flag[0] !== 0) this.cancellation.stop();
  }

  /** Lets go of all of it. */
  release(): void {
    this.#file?.remove();
    for (const release of this.#releases.splice(0)) release();
    this.kept.bytes -= this.#keptBytes;
    this.#keptBytes = 0;
  }
}
