import { StreamError } from "../../stream-error.js";
import type { FileStatus, FileSystem, Files, NewFile, OpenFile } from "../files/file-system.js";
import { CHUNK_BYTES, chunks } from "./chunks.js";
import { Conversation } from "./conversation.js";
import { hdfsLater } from "./hdfs-later.js";
import { hdfsOptions } from "./hdfs-options.js";
import { parseHdfsUrl } from "./hdfs-url.js";
import type { HdfsCall, HdfsPlace } from "./messages.js";

/** Of what is read ahead of a file: as much as hides the way to the DataNode. */
const BLOCK_BYTES = 256 << 10;
const BLOCKS = 8;

/** Read past the end that was told, for the rest of the last record. */
const TAIL_BYTES = 64 << 10;

/** Bytes that are on their way to a file at most. */
const UNWRITTEN_BYTES = 8 << 20;

/** Files of clusters, for a thread that waits. */
const hdfsNow: FileSystem = {
  status: (url) => call<FileStatus | undefined>("status", url),
  list: (url) => call<FileStatus[]>("list", url),
  createFolder: (url) => call("createFolder", url),
  remove: (url) => call("remove", url),
  open(url, end = Number.POSITIVE_INFINITY) {
    const status = call<FileStatus | undefined>("status", url);
    if (status !== undefined && !status.isFolder) return new HdfsOpenFile(status, end);
    throw new StreamError("RT_FILE", `cannot open ${url}: it ${status ? "is a folder" : "does not exist"}`);
  },
  create: (url) => new HdfsNewFile(url),
};

/** Files by `hdfs:` and `webhdfs:` URLs. */
export const hdfs: Files = {
  now: hdfsNow,
  later: hdfsLater(hdfsOptions),
  isRemote: true,
  absolute(url) {
    const { root, path } = parseHdfsUrl(url, hdfsOptions());
    return `${root}${path}`;
  },
};

function call<T = void>(op: HdfsCall, url: string): T {
  const conversation = new Conversation();
  try {
    conversation.post({ type: "call", op, place: placeOf(url) });
    const answer = conversation.receive();
    if (answer.type !== "answer") throw new Error(`no answer is of type ${answer.type}`);
    return answer.value as T;
  } finally {
    conversation.end();
  }
}

function placeOf(url: string): HdfsPlace {
  return { url, options: hdfsOptions() };
}

class HdfsOpenFile implements OpenFile {
  #stream: ReadStream | undefined;

  /** @param end most of what is read lies before it */
  constructor(
    private readonly seen: FileStatus,
    private readonly end: number,
  ) {}

  /** As it was when it was opened: a file of HDFS does not change but at its end. */
  status(): FileStatus {
    return this.seen;
  }

  read(into: Uint8Array, offset: number, length: number, position: number): number {
    const wanted = Math.max(0, Math.min(length, this.seen.size - position));
    for (let done = 0; done < wanted; ) {
      const stream = this.#at(position + done);
      done += stream.read(into, offset + done, wanted - done);
    }
    return wanted;
  }

  close(): void {
    this.#stream?.close();
    this.#stream = undefined;
  }

  /** What gives the bytes from a position on; reading goes on where it was, most often. */
  #at(position: number): ReadStream {
    const { path, size } = this.seen;
    if (this.#stream?.position === position && !this.#stream.isOver) return this.#stream;
    this.close();
    const end = position < this.end ? this.end + TAIL_BYTES : position + TAIL_BYTES;
    this.#stream = new ReadStream(path, position, Math.min(size, end));
    return this.#stream;
  }
}

/** A range of a file, in order. */
class ReadStream {
  readonly #conversation = new Conversation();
  readonly #memory = new SharedArrayBuffer(BLOCK_BYTES * BLOCKS);
  /** What is left of the block at hand. */
  #block: Uint8Array = new Uint8Array(0);
  #blocks = 0;

  constructor(
    url: string,
    public position: number,
    private readonly end: number,
  ) {
    const blocks = { memory: this.#memory, blockBytes: BLOCK_BYTES };
    this.#conversation.post({ type: "read", place: placeOf(url), start: position, end, blocks });
  }

  get isOver(): boolean {
    return this.position >= this.end;
  }

  /** @returns how many bytes, at least one */
  read(into: Uint8Array, offset: number, length: number): number {
    if (this.#block.length === 0) this.#next();
    const part = this.#block.subarray(0, length);
    into.set(part, offset);
    this.#block = this.#block.subarray(part.length);
    if (this.#block.length === 0) this.#conversation.post({ type: "taken" });
    this.position += part.length;
    return part.length;
  }

  close(): void {
    this.#conversation.end();
  }

  #next(): void {
    const message = this.#conversation.receive();
    if (message.type !== "block") throw new Error(`no block is of type ${message.type}`);
    this.#block = new Uint8Array(this.#memory, (this.#blocks % BLOCKS) * BLOCK_BYTES, message.length);
    this.#blocks += 1;
  }
}

class HdfsNewFile implements NewFile {
  readonly #conversation = new Conversation();
  /** Gathers what is small: each message wakes two threads. */
  #chunk = chunks.take();
  #filled = 0;
  #unwritten = 0;
  /** Chunks on their way, in their order. */
  readonly #sent: Uint8Array[] = [];
  /** Those that are sent once more, should the DataNode go away. */
  readonly #kept: Uint8Array[] = [];

  constructor(url: string) {
    this.#conversation.post({ type: "create", place: placeOf(url) });
  }

  write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const part = bytes.subarray(at, at + CHUNK_BYTES - this.#filled);
      this.#chunk.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled < CHUNK_BYTES) break;
      this.#send();
      this.#chunk = chunks.take();
      this.#filled = 0;
    }
  }

  close(): void {
    if (this.#filled > 0) this.#send();
    this.#conversation.post({ type: "close" });
    while (this.#receive() !== "closed");
    this.#conversation.end();
    chunks.giveBack(this.#kept);
  }

  abort(): void {
    this.#conversation.end();
  }

  #send(): void {
    this.#unwritten += this.#filled;
    this.#sent.push(this.#chunk);
    this.#conversation.post({ type: "write", bytes: this.#chunk.subarray(0, this.#filled) });
    while (this.#unwritten > UNWRITTEN_BYTES) this.#receive();
  }

  #receive(): string {
    const message = this.#conversation.receive();
    if (message.type === "written") {
      this.#unwritten -= message.bytes;
      const chunk = this.#sent.shift();
      if (message.isKept && chunk !== undefined) this.#kept.push(chunk);
    }
    return message.type;
  }
}
