import { basename } from "node:path";
import { type Located, locate } from "../../connect/files/file-system.js";
import { inFolder } from "../../connect/files/path.js";
import type { Patience } from "../../connect/patience.js";
import type { StateBytes } from "../../state/state-bytes.js";
import { StreamError } from "../../stream-error.js";
import { readRecord, writeRecord } from "./record-file.js";
import type { StreamLook } from "./stream-look.js";

/** What one input gave to a batch. */
export interface PlannedInput {
  /** Name of the input. */
  name: string;
  /** See `Received.range`; undefined where it cannot be read again. */
  range: unknown;
  /** Where the source goes on after it; undefined likewise. */
  position: unknown;
  records: number;
  /** What it is known by that has no name of its own; undefined in older files. */
  look?: StreamLook;
}

/** What a batch consists of, as it is written before the batch is run. */
export interface PlannedBatch {
  timeMs: number;
  /** The first batch of all ended one interval after this. */
  zeroMs: number;
  batchMs: number;
  /** What the batches of the run have in common. */
  run: string;
  /** Tasks that ran at a time. */
  workers: number;
  inputs: PlannedInput[];
}

/** What is to be known of a state beside its bytes. */
export interface StateInfo extends Partial<StreamLook> {
  name: string;
  op: string;
  partitions: number;
  /** The functions that make it, as one text: whether the program's are still the same. */
  functions: string;
  /** See `StreamLowering.stateForm`; undefined in older files. */
  form?: string;
}

/** A partition's move, whose bytes are in a file. */
interface PlacedMove {
  state: string;
  version: number;
  partition: number;
  whole: boolean;
  /** Within the body of its file. */
  at: number;
  bytes: number;
}

/** What a batch left, as it is written after its outputs. */
export interface CommitHead {
  timeMs: number;
  /** Where the inputs go on after it, by their names: what the batch consisted of is in another file, which may be damaged. */
  positions: [input: string, position: unknown][];
  states: StateInfo[];
  moves: PlacedMove[];
}

interface Commit extends CommitHead {
  body: Body;
}

/** What there is of a state since it was written as a whole: asked for each batch, however many changes there are. */
interface SinceWhole {
  wholeVersion: number;
  wholeBytes: number;
  /** The last of the changes, how many there are, and what they weigh. */
  version: number;
  changes: number;
  bytes: number;
}

/** Where the bytes of a commit's moves are: in its file, or where their workers left them. */
type Body = { path: string; bodyAt: number } | { parts: readonly StateBytes[] };

/** A move as it is committed. */
export interface LoggedMove {
  state: string;
  version: number;
  partition: number;
  whole: boolean;
  /** Of a file: it is there until this state moves on. */
  bytes: StateBytes;
}

/** What a log says of the run before. */
export interface PastRun {
  zeroMs: number;
  batchMs: number;
  run: string;
  /** Of the last batch that was planned. */
  workers: number;
  /** The last batch whose outputs were done, and before which all are; the start when there is none. */
  committedMs: number;
  /** The last batch that was planned. */
  plannedMs: number;
  planned: ReadonlyMap<number, PlannedBatch>;
  /** Where the inputs go on after the last batch that is done, by their names. */
  positions: ReadonlyMap<string, unknown>;
  states: StateInfo[];
  /** What was wrong with the files, for people. */
  problems: string[];
}

/** Of the batches, within the folder of a checkpoint: others may have files in that. */
export const LOG_FOLDER = "batches";

const PLANNED = ".batch";
const COMMITTED = ".commit";

/** Under which a file system writes what is to be there as a whole: whoever wrote it is gone. */
const UNFINISHED = /^\.\d+\.(batch|commit)\.[0-9a-f]+$|^\d+\.(batch|commit)\.tmp$/;

/** A state is written as a whole after this many changes at the earliest... */
const CHANGES = 10;
/** ...and so many commits in files are kept at least, to fall back to. */
const KEPT_COMMITS = 10;
/** What need not outlive the process is kept in memory, up to so many bytes. */
const MEMORY_BYTES = 16 * 2 ** 20;

/**
 * The batches of a run in a folder: what each consists of, written before it is run, and what it made of the states, written
 * when its outputs are done. A batch that has the one file and not the other is to be run again.
 *
 * A commit is one file with the changes of all states, so that there is no half of one. A state is written as a whole when
 * its changes weigh as much: the cost of a commit is that of what changed, and reading it all costs no more than twice what
 * there is.
 */
export class BatchLog {
  readonly #files: Located;
  #commits: Commit[] = [];
  #planned: number[] = [];
  readonly #sinceWhole = new Map<string, SinceWhole>();

  /**
   * @param durable whether what is written must outlive the machine's loss of power
   * @param patience with a folder on another machine
   */
  constructor(
    readonly folder: string,
    private readonly durable: boolean,
    private readonly patience: Patience,
  ) {
    this.#files = locate(folder);
  }

  /**
   * What is there of a run before; undefined when there is none.
   * @throws StreamError RT_CHECKPOINT_READ when the folder cannot be listed, or says of no batch what it consisted of
   */
  read(): Promise<PastRun | undefined> {
    return this.patience.run(() => this.#read());
  }

  async #read(): Promise<PastRun | undefined> {
    const names = await this.#names();
    const problems: string[] = [];
    const damaged: string[] = [];
    damaged.push(...(await this.#readCommits(names, problems)));
    const planned = await this.#readPlanned(names, problems, damaged);
    const last = [...planned.values()].at(-1);
    if (last === undefined) {
      if (this.#commits.length > 0 || problems.length > 0) throw this.#unreadable(problems);
      return undefined;
    }
    // What is damaged, or was not written to its end, goes when there is something to go on with.
    const unfinished = names.filter((name) => UNFINISHED.test(name));
    await this.#remove([...damaged, ...unfinished.map((name) => inFolder(this.#files.path, name))]);
    const commit = this.#commits.at(-1);
    this.#planned = [...planned.keys()];
    return {
      zeroMs: last.zeroMs,
      batchMs: last.batchMs,
      run: last.run,
      workers: last.workers,
      committedMs: commit?.timeMs ?? last.zeroMs,
      plannedMs: Math.max(last.timeMs, commit?.timeMs ?? last.zeroMs),
      planned,
      positions: new Map(commit?.positions),
      states: commit?.states ?? [],
      problems,
    };
  }

  /** Writes what a batch consists of. @throws StreamError RT_CHECKPOINT_DISK */
  async plan(batch: PlannedBatch): Promise<void> {
    const path = this.#path(batch.timeMs, PLANNED);
    await this.patience.run(() => writeRecord(path, batch, [], this.durable));
    this.#planned.push(batch.timeMs);
  }

  /** Writes that a batch is done, and what became of the states. @throws StreamError RT_CHECKPOINT_DISK */
  async commit(
    timeMs: number,
    states: StateInfo[],
    moves: readonly LoggedMove[],
    inputs: readonly PlannedInput[],
  ): Promise<void> {
    let at = 0;
    const placed = moves.map(({ bytes, state, version, partition, whole }): PlacedMove => {
      at += bytes.length;
      return { state, version, partition, whole, at: at - bytes.length, bytes: bytes.length };
    });
    const positions = inputs.map(({ name, position }): [string, unknown] => [name, position]);
    const head: CommitHead = { timeMs, positions, states, moves: placed };
    this.#weigh(placed);
    const parts = moves.map(({ bytes }) => bytes);
    const inMemory = parts.every((part) => part instanceof Uint8Array);
    if (!this.durable && inMemory && this.#inMemory() + at <= MEMORY_BYTES) {
      this.#commits.push({ ...head, body: { parts } });
      return;
    }
    // It is there for those who read it while it is written.
    const commit: Commit = { ...head, body: { parts } };
    this.#commits.push(commit);
    const path = this.#path(timeMs, COMMITTED);
    const { bodyAt } = await this.patience.run(() => writeRecord(path, head, parts, this.durable));
    commit.body = { path, bodyAt };
  }

  /** The last version of a state that was committed with a batch up to this time; undefined when there is none. */
  versionAt(state: string, timeMs: number): number | undefined {
    const moves = this.#commits.filter((commit) => commit.timeMs <= timeMs).flatMap((commit) => commit.moves);
    return moves.findLast((move) => move.state === state)?.version;
  }

  /** A partition of a state at a version: a whole one, and the changes since. */
  async parts(state: string, partition: number, version: number): Promise<StateBytes[]> {
    const moves = this.#commits.flatMap(({ moves, body }) =>
      moves.flatMap((move, i) =>
        move.state === state && move.partition === partition && move.version <= version
          ? [{ ...move, read: () => readMove(move, i, body) }]
          : [],
      ),
    );
    const from = moves.findLastIndex(({ whole }) => whole);
    if (from < 0) throw new StreamError("RT_CHECKPOINT_READ", `${this.folder} has no whole of ${state}`);
    return Promise.all(moves.slice(from).map((move) => this.patience.run(move.read)));
  }

  /** Whether the next move of a state is to be written as a whole. */
  wantsWhole(state: string): boolean {
    const since = this.#sinceWhole.get(state);
    return since === undefined || (since.changes >= CHANGES && since.bytes >= since.wholeBytes);
  }

  /**
   * Removes what is not needed to begin again with the batch after `timeMs`, nor with those shortly before it, to which a
   * damaged file makes it fall back.
   * @param lookBackMs how far a batch reaches back to what the inputs gave
   * @returns the first batch of which it is still to be known what it consisted of
   */
  async forget(timeMs: number, lookBackMs: number): Promise<number> {
    const states = this.#commits.at(-1)?.states ?? [];
    const needed = states.map(({ name }) => this.#wholeBefore(name, timeMs));
    const kept = this.durable ? KEPT_COMMITS : 1;
    const fallBack = this.#commits.at(-kept)?.timeMs ?? Number.NEGATIVE_INFINITY;
    const fromMs = Math.min(timeMs, fallBack, ...needed);
    const old = this.#commits.filter((commit) => commit.timeMs < fromMs);
    this.#commits = this.#commits.filter((commit) => commit.timeMs >= fromMs);
    // A commit that one state needs is not to hold the changes of another in memory, which has been written whole since.
    if (!this.durable)
      for (const [i, { name }] of states.entries()) this.#letGoBefore(name, needed[i] as number);
    const past = this.#planned.filter((planned) => planned < fromMs - lookBackMs);
    this.#planned = this.#planned.filter((planned) => planned >= fromMs - lookBackMs);
    const files = old.flatMap(({ body }) => ("path" in body ? [body.path] : []));
    const gone = [...files, ...past.map((planned) => this.#path(planned, PLANNED))];
    await this.patience.run(() => this.#remove(gone));
    return fromMs - lookBackMs;
  }

  /** What is there of a state belongs to one that is gone. */
  drop(state: string): void {
    this.#sinceWhole.delete(state);
    for (const commit of this.#commits) letGo(commit, state);
  }

  /** Removes all of it. */
  async clear(): Promise<void> {
    this.#commits = [];
    this.#sinceWhole.clear();
    this.#planned = [];
    await this.patience.run(() => this.#remove([this.#files.path]));
  }

  async #remove(paths: readonly string[]): Promise<void> {
    await Promise.all(paths.map((path) => this.#files.later.remove(path)));
  }

  /** Of each state the wholes of its partitions come together, and the changes after them. */
  #weigh(moves: readonly PlacedMove[]): void {
    for (const { state, version, whole, bytes } of moves) {
      const since = this.#sinceWhole.get(state);
      if (whole && since?.wholeVersion === version) since.wholeBytes += bytes;
      else if (whole)
        this.#sinceWhole.set(state, {
          wholeVersion: version,
          wholeBytes: bytes,
          version,
          changes: 0,
          bytes: 0,
        });
      else if (since !== undefined) {
        if (since.version !== version) since.changes += 1;
        since.version = version;
        since.bytes += bytes;
      }
    }
  }

  #letGoBefore(state: string, timeMs: number): void {
    for (const commit of this.#commits) if (commit.timeMs < timeMs) letGo(commit, state);
  }

  #inMemory(): number {
    return this.#commits.reduce((sum, { moves, body }) => sum + ("parts" in body ? sumOf(moves) : 0), 0);
  }

  /** Time of the last commit up to `timeMs` that has the state as a whole; of files the last but one, since one may be damaged. */
  #wholeBefore(state: string, timeMs: number): number {
    const wholes = this.#commits.filter(
      (commit) => commit.timeMs <= timeMs && commit.moves.some((move) => move.state === state && move.whole),
    );
    return wholes.at(this.durable ? -2 : -1)?.timeMs ?? Number.NEGATIVE_INFINITY;
  }

  async #names(): Promise<string[]> {
    try {
      const { later, path } = this.#files;
      await later.createFolder(path);
      return (await later.list(path)).map((file) => basename(file.path));
    } catch (error) {
      throw new StreamError(
        "RT_CHECKPOINT_READ",
        `cannot read the checkpoint folder ${this.folder}: ${(error as Error).message}; give \`checkpoint\` a folder that can be read and written`,
        { cause: error },
      );
    }
  }

  /** Up to the first that is damaged: the changes after it would be of another state. @returns paths of the others */
  async #readCommits(names: readonly string[], problems: string[]): Promise<string[]> {
    this.#commits = [];
    this.#sinceWhole.clear();
    const others: string[] = [];
    let damaged = false;
    for (const timeMs of timesOf(names, COMMITTED)) {
      const path = this.#path(timeMs, COMMITTED);
      const record = damaged ? undefined : await readRecord<CommitHead>(path);
      if (record !== undefined) {
        this.#commits.push({ ...record.head, body: { path, bodyAt: record.bodyAt } });
        this.#weigh(record.head.moves);
      } else {
        if (!damaged)
          problems.push(
            `${path} is damaged: the batches from this one on are run again, from the one before`,
          );
        damaged = true;
        others.push(path);
      }
    }
    return others;
  }

  #unreadable(problems: readonly string[]): StreamError {
    const reasons = problems.length > 0 ? `: ${problems.join("; ")}` : "";
    return new StreamError(
      "RT_CHECKPOINT_READ",
      `${this.folder} ${this.#commits.length > 0 ? "says that batches are done, but of none what it consisted of" : "has nothing that can be read"}${reasons}; take another folder, or remove this one to begin anew`,
    );
  }

  /**
   * Of those that are not committed, up to the first that is damaged or not there: where the ones after it begin, it ends. Batches
   * are written beside each other, so that a process may die with a later one on the disk and not this one; of both, nobody has
   * seen anything.
   * @param others takes the paths of those that are damaged, or behind such a one
   */
  async #readPlanned(
    names: readonly string[],
    problems: string[],
    others: string[],
  ): Promise<Map<number, PlannedBatch>> {
    const planned = new Map<number, PlannedBatch>();
    const committedMs = this.#commits.at(-1)?.timeMs;
    let beforeMs = committedMs;
    let ended = false;
    for (const timeMs of timesOf(names, PLANNED)) {
      const path = this.#path(timeMs, PLANNED);
      const isDone = committedMs !== undefined && timeMs <= committedMs;
      const record = ended ? undefined : await readRecord<PlannedBatch>(path);
      if (record === undefined) {
        const way = isDone ? "windows that reach back to it lack it" : "what came in for it is taken anew";
        if (!ended) problems.push(`${path} is damaged: ${way}`);
      } else if (isDone || timeMs === (beforeMs ?? record.head.zeroMs) + record.head.batchMs) {
        planned.set(timeMs, record.head);
        if (!isDone) beforeMs = timeMs;
        continue;
      }
      ended ||= !isDone;
      others.push(path);
    }
    return planned;
  }

  #path(timeMs: number, kind: string): string {
    return inFolder(this.#files.path, `${timeMs}${kind}`);
  }
}

/** Times of the batches that have a file of this kind, ascending. */
export function timesOf(names: readonly string[], kind: string): number[] {
  const times = names.filter((name) => name.endsWith(kind)).map((name) => Number.parseInt(name, 10));
  return times.sort((a, b) => a - b);
}

function sumOf(moves: readonly { bytes: number }[]): number {
  return moves.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** The commit itself, since it may be written just now. */
function letGo(commit: Commit, state: string): void {
  const { moves, body } = commit;
  const isKept = (_: unknown, i: number) => moves[i]?.state !== state;
  if ("parts" in body) commit.body = { parts: body.parts.filter(isKept) };
  commit.moves = moves.filter(isKept);
}

async function readMove({ at, bytes }: PlacedMove, index: number, body: Body): Promise<StateBytes> {
  if ("parts" in body) return body.parts[index] ?? new Uint8Array();
  const { later, path, isRemote } = locate(body.path);
  const from = body.bodyAt + at;
  return isRemote ? later.read(path, from, from + bytes) : { path, at: from, length: bytes };
}
