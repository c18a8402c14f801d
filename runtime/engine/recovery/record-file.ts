import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { deserialize, serialize } from "node:v8";
import { locate } from "../../connect/files/file-system.js";
import { FilesAway } from "../../connect/files/files-away.js";
import { StreamError } from "../../stream-error.js";

/**
 * A file that is there as a whole or not at all, on this machine or another. What is read has the sum it was written with.
 *
 * `millrace` · version · bytes of the head · SHA-256 of all after it · head · body. The head is plain data; the body is bytes,
 * of which it says the places.
 */
const MAGIC = Buffer.from("millrace", "latin1");

/** Files of another version are not read. */
const VERSION = 3;

const SUM_BYTES = 32;
const HEAD_AT = MAGIC.length + 4 + 4 + SUM_BYTES;

/** Where the bytes of a body begin. */
export interface Written {
  bodyAt: number;
}

/**
 * @param durable whether it must outlive the machine's loss of power, which takes a wait for the disk
 * @throws StreamError RT_CHECKPOINT_DISK
 */
export async function writeRecord(
  path: string,
  head: unknown,
  body: readonly Uint8Array[],
  durable: boolean,
): Promise<Written> {
  const headBytes = serialize(head);
  const sum = createHash("sha256").update(headBytes);
  for (const part of body) sum.update(part);
  const numbers = Buffer.alloc(8);
  numbers.writeUInt32LE(VERSION, 0);
  numbers.writeUInt32LE(headBytes.length, 4);
  const parts = [MAGIC, numbers, sum.digest(), headBytes, ...body];
  try {
    const { later, path: located } = locate(path);
    await later.writeWhole(located, parts, durable);
  } catch (error) {
    throw cannotWrite(path, error);
  }
  return { bodyAt: HEAD_AT + headBytes.length };
}

/** @returns the head, and where the body begins; undefined for a file that is not as it was written. @throws StreamError RT_CHECKPOINT_READ for one of another version */
export async function readRecord<H>(
  path: string,
): Promise<({ head: H; bytes: Buffer } & Written) | undefined> {
  const { later, path: located } = locate(path);
  return checked<H>(path, await later.read(located));
}

/** {@link readRecord} of this machine, at once; undefined also for a file that is not there. */
export function readRecordNow<H>(path: string): ({ head: H; bytes: Buffer } & Written) | undefined {
  return existsSync(path) ? checked<H>(path, readFileSync(path)) : undefined;
}

function checked<H>(path: string, bytes: Buffer): ({ head: H; bytes: Buffer } & Written) | undefined {
  if (bytes.length < HEAD_AT || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
  const version = bytes.readUInt32LE(MAGIC.length);
  if (version !== VERSION) throw otherVersion(path, version);
  const sum = bytes.subarray(HEAD_AT - SUM_BYTES, HEAD_AT);
  if (!createHash("sha256").update(bytes.subarray(HEAD_AT)).digest().equals(sum)) return undefined;
  const bodyAt = HEAD_AT + bytes.readUInt32LE(MAGIC.length + 4);
  return { head: deserialize(bytes.subarray(HEAD_AT, bodyAt)) as H, bytes, bodyAt };
}

/** A file that is whole, and not for this program: nothing is done to it. */
function otherVersion(path: string, version: number): StreamError {
  return new StreamError(
    "RT_CHECKPOINT_READ",
    `${path} was written by another version of this library, in form ${version} of its files, and this one reads form ${VERSION}; go on with that version, take another folder, or remove this one to begin anew`,
  );
}

function cannotWrite(path: string, error: unknown): StreamError {
  const [Failure, way] =
    error instanceof FilesAway ? [FilesAway, "have it back"] : [StreamError, "make room there"];
  return new Failure(
    "RT_CHECKPOINT_DISK",
    `cannot write ${path}, without which the streams could not be recovered: ${(error as Error).message}; ${way}, or set another folder by \`checkpoint\`, and start again`,
    { cause: error },
  );
}
