import { mkdirSync } from "node:fs";
import { open, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Writes a file of this machine that is there as a whole or not at all: under another name, which is changed when all of it is on
 * the disk. One of its name goes; folders that are missing are made.
 * @param durable whether it must outlive the machine's loss of power, which takes a wait for the disk
 */
export async function writeWholeFile(
  path: string,
  parts: AsyncIterable<Uint8Array>,
  durable: boolean,
): Promise<void> {
  const temporary = `${path}.tmp`;
  mkdirSync(dirname(path), { recursive: true });
  try {
    const file = await open(temporary, "w");
    try {
      // Each to its end: what writes several parts at once may stop in the middle of a full disk without a word.
      for await (const part of parts) await file.writeFile(part);
      if (durable) await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  if (durable) await syncFolder(dirname(path));
}

/** The bytes of a file from one place up to another; left out: all of it. */
export async function readBytes(path: string, start = 0, end?: number): Promise<Buffer> {
  if (end === undefined) return (await readFile(path)).subarray(start);
  const file = await open(path, "r");
  try {
    const part = Buffer.alloc(end - start);
    await file.read(part, 0, part.length, start);
    return part;
  } finally {
    await file.close();
  }
}

/** The same, a piece at a time. */
export async function* readChunks(
  path: string,
  start = 0,
  end = Number.POSITIVE_INFINITY,
): AsyncGenerator<Buffer, void> {
  const file = await open(path, "r");
  try {
    for (let at = start; at < end; ) {
      const { bytesRead, buffer } = await file.read(
        Buffer.allocUnsafe(CHUNK_BYTES),
        0,
        Math.min(CHUNK_BYTES, end - at),
        at,
      );
      if (bytesRead === 0) return;
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

const CHUNK_BYTES = 2 ** 18;

/** The new name is on the disk too. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
