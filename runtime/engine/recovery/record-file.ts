import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { deserialize, serialize } from "node:v8";
import { locate } from "../../connect/files/file-system.js";
import { readChunks } from "../../connect/files/whole-file.js";
import { awayOf } from "../../pool/away.js";
import type { StateBytes } from "../../state/state-bytes.js";
import { StreamError } from "../../stream-error.js";

/**
 * A file that is there as a whole or not at all, on this machine or another. What is read has the sum it was written with.
 *
 * `millrace` · version · bytes of the head · head · body · SHA-256 of all before it. The head is plain data; the body is bytes, of
 * which it says the places, and which are in memory a piece at a time.
 */
const MAGIC = Buffer.from("millrace", "latin1");

/** Files of another version are not read. */
const VERSION = 4;

const SUM_BYTES = 32;
const HEAD_AT = MAGIC.length + 4 + 4;

/** Where the bytes of a body begin. */
export interface Written {
  bodyAt: number;
}

/**
 * @param body in memory, or in files of this machine
 * @param durable whether it must outlive the machine's loss of power, which takes a wait for the disk
 * @throws StreamError RT_CHECKPOINT_DISK
 */
export async function writeRecord(
  path: string,
  head: unknown,
  body: readonly StateBytes[],
  durable: boolean,
): Promise<Written> {
  const headBytes = serialize(head);
  try {
    const { later, path: located } = locate(path);
    await later.writeWhole(located, partsOf(headBytes, body), durable);
  } catch (error) {
    throw cannotWrite(path, error);
  }
  return { bodyAt: HEAD_AT + headBytes.length };
}

async function* partsOf(headBytes: Buffer, body: readonly StateBytes[]): AsyncGenerator<Uint8Array, void> {
  const sum = createHash("sha256");
  const numbers = Buffer.alloc(8);
  numbers.writeUInt32LE(VERSION, 0);
  numbers.writeUInt32LE(headBytes.length, 4);
  for await (const part of allOf([MAGIC, numbers, headBytes, ...body])) {
    sum.update(part);
    yield part;
  }
  yield sum.digest();
}

async function* allOf(parts: readonly StateBytes[]): AsyncGenerator<Uint8Array, void> {
  for (const part of parts) {
    if (part instanceof Uint8Array) yield part;
    else yield* readChunks(part.path, part.at, part.at + part.length);
  }
}

/**
 * Reads a file through, and checks it.
 * @returns the head, and where the body begins; undefined for a file that is not as it was written. @throws StreamError RT_CHECKPOINT_READ for one of another version
 */
export async function readRecord<H>(path: string): Promise<({ head: H } & Written) | undefined> {
  const { later, path: located } = locate(path);
  const sum = createHash("sha256");
  let begin = Buffer.alloc(0);
  let last = Buffer.alloc(0);
  for await (const chunk of later.chunks(located)) {
    if (begin.length < headEnd(path, begin)) begin = Buffer.concat([begin, chunk]);
    const all = Buffer.concat([last, chunk]);
    const summed = Math.max(0, all.length - SUM_BYTES);
    sum.update(all.subarray(0, summed));
    last = all.subarray(summed);
  }
  const bodyAt = headEnd(path, begin);
  if (begin.length < bodyAt || !sum.digest().equals(last)) return undefined;
  return { head: deserialize(begin.subarray(HEAD_AT, bodyAt)) as H, bodyAt };
}

/** {@link readRecord} of this machine, at once; undefined also for a file that is not there. */
export function readRecordNow<H>(path: string): ({ head: H; bytes: Buffer } & Written) | undefined {
  return existsSync(path) ? checked<H>(path, readFileSync(path)) : undefined;
}

function checked<H>(path: string, bytes: Buffer): ({ head: H; bytes: Buffer } & Written) | undefined {
  const bodyAt = headEnd(path, bytes);
  const end = bytes.length - SUM_BYTES;
  if (end < bodyAt) return undefined;
  const sum = createHash("sha256").update(bytes.subarray(0, end)).digest();
  if (!sum.equals(bytes.subarray(end))) return undefined;
  return { head: deserialize(bytes.subarray(HEAD_AT, bodyAt)) as H, bytes: bytes.subarray(0, end), bodyAt };
}

/** Where the head of a file ends, by what it begins with; beyond any file where that is not known, or it is no such file. @throws StreamError RT_CHECKPOINT_READ */
function headEnd(path: string, bytes: Buffer): number {
  if (bytes.length < HEAD_AT || !bytes.subarray(0, MAGIC.length).equals(MAGIC))
    return Number.POSITIVE_INFINITY;
  const version = bytes.readUInt32LE(MAGIC.length);
  if (version !== VERSION) throw otherVersion(path, version);
  return HEAD_AT + bytes.readUInt32LE(MAGIC.length + 4);
}

/** A file that is whole, and not for this program: nothing is done to it. */
function otherVersion(path: string, version: number): StreamError {
  return new StreamError(
    "RT_CHECKPOINT_READ",
    `${path} was written by another version of this library, in form ${version} of its files, and this one reads form ${VERSION}; go on with that version, take another folder, or remove this one to begin anew`,
  );
}

function cannotWrite(path: string, error: unknown): StreamError {
  const way = awayOf(error) === undefined ? "make room there" : "have it back";
  return new StreamError(
    "RT_CHECKPOINT_DISK",
    `cannot write ${path}, without which the streams could not be recovered: ${(error as Error).message}; ${way}, or set another folder by \`checkpoint\`, and start again`,
    { cause: error },
  );
}
