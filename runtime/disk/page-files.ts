import { ScratchFile } from "./scratch-file.js";
import type { ScratchFiles } from "./scratch-folder.js";

/** Where a page lies. It is there as long as somebody holds it. */
export interface PagePlace {
  readonly file: PageFile;
  readonly at: number;
  readonly bytes: number;
}

/**
 * Small pieces of bytes on disk that are written once, read one by one in any order, and let go of one by one: a file is
 * removed when nobody holds a page of it any more. For one thread, synchronous as tasks are. What {@link ChunkFile} is to
 * large chunks that go together.
 *
 * Pages are gathered in memory until a write is worth its call. A write that fails leaves them there: nothing is lost, and the
 * next page that finds no room tries again.
 */
export class PageFiles {
  #current: PageFile | undefined;
  readonly #files = new Set<PageFile>();
  #read = Buffer.allocUnsafe(0);

  constructor(private readonly scratch: ScratchFiles) {}

  /** Bytes of all files. */
  get bytes(): number {
    return sum(this.#files, ({ size }) => size);
  }

  /** Of {@link bytes}, those of pages that somebody holds. */
  get heldBytes(): number {
    return sum(this.#files, ({ heldBytes }) => heldBytes);
  }

  /** Appends a page, which the caller holds. @throws StreamError RT_DISK, and then there is no such page */
  append(bytes: Uint8Array): PagePlace {
    if (this.#current !== undefined && this.#current.size >= FILE_BYTES) this.#endCurrent();
    const file = this.#current ?? new PageFile(this.scratch.newPath());
    this.#current = file;
    this.#files.add(file);
    const place = { file, at: file.append(bytes), bytes: bytes.length };
    this.hold(place);
    return place;
  }

  /** The bytes of a page, good until the next one is read or written. @throws StreamError RT_DISK */
  read({ file, at, bytes }: PagePlace): Buffer {
    if (this.#read.length < bytes) this.#read = Buffer.allocUnsafe(bytes + (bytes >> 1));
    return file.read(at, bytes, this.#read);
  }

  /** One more holds a page. */
  hold({ file, bytes }: PagePlace): void {
    file.holds += 1;
    file.heldBytes += bytes;
  }

  /** One less does. */
  release({ file, bytes }: PagePlace): void {
    file.holds -= 1;
    file.heldBytes -= bytes;
    if (file.holds === 0 && file !== this.#current) this.#remove(file);
  }

  /** A file whose pages are to be written anew, since more than half of what lies on disk is held by nobody. */
  mostlyFree(): PageFile | undefined {
    if (this.bytes < 2 * this.heldBytes + 2 * FILE_BYTES) return undefined;
    const emptiest = [...this.#files].sort((a, b) => a.heldBytes / a.size - b.heldBytes / b.size)[0];
    if (emptiest === this.#current) this.#endCurrent();
    return emptiest;
  }

  /** Nothing more is appended: what is held by others goes with the last of them. */
  close(): void {
    const file = this.#current;
    this.#current = undefined;
    if (file?.holds === 0) this.#remove(file);
    this.#read = Buffer.allocUnsafe(0);
  }

  #endCurrent(): void {
    const file = this.#current;
    this.#current = undefined;
    if (file === undefined) return;
    if (file.holds === 0) this.#remove(file);
    else file.flush();
  }

  #remove(file: PageFile): void {
    this.#files.delete(file);
    file.remove();
  }
}

/** After so many bytes the next file is begun: one is removed as a whole. */
const FILE_BYTES = 2 ** 24;

const GATHERED_BYTES = 2 ** 18;

/** One of the files of {@link PageFiles}. */
export class PageFile {
  /** How often pages of it are held, and the bytes of these. */
  holds = 0;
  heldBytes = 0;
  readonly #file: ScratchFile;
  #written = 0;
  #gathered = 0;
  #buffer: Buffer | undefined = Buffer.allocUnsafe(GATHERED_BYTES);

  constructor(readonly path: string) {
    this.#file = new ScratchFile(path);
  }

  get size(): number {
    return this.#written + this.#gathered;
  }

  /** @returns where it is */
  append(bytes: Uint8Array): number {
    const at = this.size;
    this.#buffer ??= Buffer.allocUnsafe(GATHERED_BYTES);
    if (this.#gathered + bytes.length > GATHERED_BYTES) this.#write();
    if (bytes.length > GATHERED_BYTES) {
      this.#writeAt(bytes);
      return this.#written - bytes.length;
    }
    this.#buffer.set(bytes, this.#gathered);
    this.#gathered += bytes.length;
    return at;
  }

  /** Nothing more comes: what was gathered is written, and the memory for it let go. */
  flush(): void {
    this.#write();
    this.#buffer = undefined;
  }

  /** @param into is long enough */
  read(at: number, bytes: number, into: Buffer): Buffer {
    if (at >= this.#written && this.#buffer !== undefined)
      return this.#buffer.subarray(at - this.#written, at - this.#written + bytes);
    return this.#file.read(at, bytes, into);
  }

  remove(): void {
    this.#buffer = undefined;
    this.#file.remove();
  }

  #write(): void {
    if (this.#buffer === undefined || this.#gathered === 0) return;
    const gathered = this.#buffer.subarray(0, this.#gathered);
    this.#writeAt(gathered);
    this.#gathered = 0;
  }

  #writeAt(bytes: Uint8Array): void {
    this.#file.write(bytes, this.#written);
    this.#written += bytes.length;
  }
}

function sum(files: Iterable<PageFile>, of: (file: PageFile) => number): number {
  let all = 0;
  for (const file of files) all += of(file);
  return all;
}
