import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";
import type { ReceivedLog } from "../../connect/receiver-source.js";
import { StreamError } from "../../stream-error.js";
import { readRecordNow, writeRecord } from "./record-file.js";

/** Records that were written together, from this number on. */
interface Block {
  first: number;
  count: number;
}

interface Waiting {
  records: readonly unknown[];
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * What a receiver stored, in a folder: a file for what came while the file before was written, so that however often records
 * come, there is one wait for the disk at a time.
 */
export class ReceiverLog implements ReceivedLog {
  readonly #blocks: Block[];
  #next: number;
  #waiting: Waiting[] = [];
  #writing = false;

  /** @throws StreamError RT_CHECKPOINT_READ when the folder cannot be listed: records would take the places of those in it */
  constructor(private readonly folder: string) {
    this.#blocks = this.#list();
    const last = this.#blocks.at(-1);
    this.#next = last === undefined ? 0 : last.first + last.count;
  }

  get first(): number {
    return this.#blocks[0]?.first ?? this.#next;
  }

  get next(): number {
    return this.#next;
  }

  goOnAt(index: number): void {
    this.#next = Math.max(this.#next, index);
  }

  add(records: readonly unknown[]): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      this.#waiting.push({ records, resolve, reject });
      void this.#write();
    });
  }

  read(from: number, to: number): unknown[] {
    const records: unknown[] = [];
    for (let at = from; at < to; ) {
      const block = this.#blocks.find(({ first, count }) => first <= at && at < first + count);
      if (block === undefined) throw lost(`${at}`, this.folder, "is not there any more");
      const path = this.#path(block);
      const all = contents(path);
      if (all === undefined) throw lost(`${at}`, path, "is not as it was written");
      const end = Math.min(to, block.first + block.count);
      for (let i = at - block.first; i < end - block.first; i++) records.push(all[i]);
      at = end;
    }
    return records;
  }

  forget(before: number): void {
    for (const block of this.#blocks.splice(0)) {
      if (block.first + block.count <= before) rmSync(this.#path(block), { force: true });
      else this.#blocks.push(block);
    }
  }

  /** Writes what waits, and what comes meanwhile after it. */
  async #write(): Promise<void> {
    if (this.#writing) return;
    this.#writing = true;
    while (this.#waiting.length > 0) {
      const waiting = this.#waiting.splice(0);
      try {
        await this.#writeBlock(waiting.flatMap(({ records }) => records));
        for (const { resolve } of waiting) resolve();
      } catch (error) {
        for (const { reject } of waiting) reject(error);
      }
    }
    this.#writing = false;
  }

  async #writeBlock(records: readonly unknown[]): Promise<void> {
    const block: Block = { first: this.#next, count: records.length };
    await writeRecord(this.#path(block), block, [serialize(records)], true);
    this.#next += block.count;
    this.#blocks.push(block);
  }

  #list(): Block[] {
    try {
      mkdirSync(this.folder, { recursive: true });
      const blocks = readdirSync(this.folder).flatMap((name) => {
        const [, first, count] = NAME.exec(name) ?? [];
        return first === undefined ? [] : [{ first: Number(first), count: Number(count) }];
      });
      return blocks.sort((a, b) => a.first - b.first);
    } catch (error) {
      throw new StreamError(
        "RT_CHECKPOINT_READ",
        `cannot read ${this.folder}, where the records of a receiver are kept: ${(error as Error).message}; give \`checkpoint\` a folder that can be read and written`,
        { cause: error },
      );
    }
  }

  #path({ first, count }: Block): string {
    return join(this.folder, `${first}+${count}.records`);
  }
}

const NAME = /^(\d+)\+(\d+)\.records$/;

/** Undefined for a file that is not as it was written, or gone. */
function contents(path: string): unknown[] | undefined {
  const record = readRecordNow<Block>(path);
  return record && (deserialize(record.bytes.subarray(record.bodyAt)) as unknown[]);
}

function lost(record: string, where: string, why: string): StreamError {
  return new StreamError(
    "RT_CHECKPOINT_READ",
    `record ${record} of a receiver, in ${where}, ${why}: it is lost, and those with it; give the context { onFailure: "skip" } to go on without them`,
  );
}
