import { readdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { StreamError } from "../../stream-error.js";
import { type CommitHead, LOG_FOLDER, type PlannedBatch, type StateInfo, timesOf } from "./batch-log.js";
import { readRecord } from "./record-file.js";

/** A state in a checkpoint. */
export interface CheckpointedState extends StateInfo {
  /** The batch after which it is as it is there, ms. */
  versionMs: number | undefined;
  /** Of its last whole, and the changes since: what is read to have it again. */
  bytes: number;
}

/** An input in a checkpoint. */
export interface CheckpointedInput {
  name: string;
  /** Whether what it gave can be read again. */
  replayable: boolean;
}

/** What a checkpoint folder has. */
export interface CheckpointSummary {
  folder: string;
  batchMs: number;
  /** The first batch of all ended one interval after this. */
  zeroMs: number;
  /** The last batch whose outputs were done; the start when there is none. */
  committedMs: number;
  /** Batches that were begun and are not done, with the records they had. */
  unfinished: { timeMs: number; records: number }[];
  states: CheckpointedState[];
  inputs: CheckpointedInput[];
  /** Of all its files. */
  bytes: number;
  /** Files that are not as they were written. */
  damaged: string[];
}

/**
 * What there is in a checkpoint folder. Nothing is changed, and a running context may go on writing it.
 * @returns undefined when there is no checkpoint in it
 * @throws StreamError RT_CHECKPOINT_READ when the folder cannot be listed
 */
export async function readCheckpoint(folder: string): Promise<CheckpointSummary | undefined> {
  const path = resolve(folder);
  const names = await namesIn(join(path, LOG_FOLDER));
  const damaged: string[] = [];
  const read = async <H>(kind: string): Promise<H[]> => {
    const heads: H[] = [];
    for (const timeMs of timesOf(names, kind)) {
      const name = `${timeMs}${kind}`;
      const record = await readRecord<H>(join(path, LOG_FOLDER, name)).catch(() => undefined);
      if (record === undefined) damaged.push(name);
      else heads.push(record.head);
    }
    return heads;
  };
  const commits = await read<CommitHead>(".commit");
  const planned = await read<PlannedBatch>(".batch");
  const last = planned.at(-1);
  if (last === undefined) return undefined;
  const committedMs = commits.at(-1)?.timeMs ?? last.zeroMs;
  return {
    folder: path,
    batchMs: last.batchMs,
    zeroMs: last.zeroMs,
    committedMs,
    unfinished: planned
      .filter(({ timeMs }) => timeMs > committedMs)
      .map(({ timeMs, inputs }) => ({
        timeMs,
        records: inputs.reduce((sum, { records }) => sum + records, 0),
      })),
    states: (commits.at(-1)?.states ?? []).map((state) => checkpointedState(state, commits)),
    inputs: last.inputs.map(({ name, range }) => ({ name, replayable: range !== undefined })),
    bytes: await bytesOf(join(path, LOG_FOLDER), names),
    damaged,
  };
}

function checkpointedState(state: StateInfo, commits: readonly CommitHead[]): CheckpointedState {
  const moves = commits.flatMap((commit) => commit.moves.filter((move) => move.state === state.name));
  const wholeAt = moves.findLast(({ whole }) => whole)?.version ?? Number.NEGATIVE_INFINITY;
  const needed = moves.filter(({ version }) => version >= wholeAt);
  return {
    ...state,
    versionMs: moves.at(-1)?.version,
    bytes: needed.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

/** None where the folder is not there. */
async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw new StreamError(
      "RT_CHECKPOINT_READ",
      `cannot read the checkpoint folder ${folder}: ${(error as Error).message}`,
      { cause: error },
    );
  }
}

/** A file may go meanwhile: a running context lets go of old ones. */
async function bytesOf(folder: string, names: readonly string[]): Promise<number> {
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(folder, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
