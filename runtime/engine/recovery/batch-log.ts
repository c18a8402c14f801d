import { basename } from "node:path";
import { type Located, locate } from "../../connect/files/file-system.js";
import { inFolder } from "../../connect/files/path.js";
import { StreamError } from "../../stream-error.js";
import { Patience } from "./patience.js";
import { readRecord, writeRecord } from "./record-file.js";

/** What one input gave to a batch. */
export interface PlannedInput {
  /** Name of the input. */
  name: string;
  /** See `Received.range`; undefined where it cannot be read again. */
  range: unknown;
  /** Where the source goes on after it; undefined likewise. */
  position: unknown;
  records: number;
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
export interface StateInfo {
  name: string;
  op: string;
  partitions: number;
  /** The functions that make it, as one text: whether the program's are still the same. */
  functions: string;
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
  states: StateInfo[];
  moves: PlacedMove[];
}

interface Commit extends CommitHead {
  body: Body;
}

/** Where the bytes of a commit's moves are: in its file, or in memory. */
type Body = { path: string; bodyAt: number } | { parts: readonly Uint8Array[] };

/** A move as it is committed. */
export interface LoggedMove {
  state: string;
  version: number;
  partition: number;
  whole: boolean;
  bytes: Uint8Array;
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
  states: StateInfo[];
  /** What was wrong with the files, for people. */
  problems: string[];
}

/** Of the batches, within the folder of a checkpoint: others may have files in that. */
export const LOG_FOLDER = "batches";

const PLANNED = ".batch";
const COMMITTED = ".commit";

/** A state is written as a whole after this many changes at the earliest... */
const CHANGES = 10;
/** ...and so many commits in files are kept at least, to fall back to. */
const KEPT_COMMITS = 10;
/** What need not outlive the process is kept in memory, up to so many bytes. */
const MEMORY_BYTES = 64 * 2 ** 20;

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
  /** With a folder on another machine. */
  readonly #patience: Patience;

  /**
   * @param durable whether what is written must outlive the machine's loss of power
   * @param warn is told of what is waited for
   */
  constructor(
    readonly folder: string,
    private readonly durable: boolean,
    warn: (text: string) => void = () => undefined,
  ) {
    this.#files = locate(folder);
    this.#patience = new Patience(this.#files.patienceMs(), warn);
  }

  /** What is out of reach is not waited for any more. */
  hurry(): void {
    this.#patience.end();
  }

  /**
   * What is there of a run before; undefined when there is none.
   * @throws StreamError RT_CHECKPOINT_READ when the folder cannot be listed, or says of no batch what it consisted of
   */
  async read(): Promise<PastRun | undefined> {
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
    // What is damaged goes when there is something to go on with.
    await this.#remove(damaged);
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
      states: commit?.states ?? [],
      problems,
    };
  }

  /** Writes what a batch consists of. @throws StreamError RT_CHECKPOINT_DISK */
  async plan(batch: PlannedBatch): Promise<void> {
    const path = this.#path(batch.timeMs, PLANNED);
    await this.#patience.run(path, () => writeRecord(path, batch, [], this.durable));
    this.#planned.push(batch.timeMs);
  }

  /** Writes that a batch is done, and what became of the states. @throws StreamError RT_CHECKPOINT_DISK */
  async commit(timeMs: number, states: StateInfo[], moves: readonly LoggedMove[]): Promise<void> {
    let at = 0;
    const placed = moves.map(({ bytes, state, version, partition, whole }): PlacedMove => {
      at += bytes.length;
      return { state, version, partition, whole, at: at - bytes.length, bytes: bytes.length };
    });
    const head: CommitHead = { timeMs, states, moves: placed };
    const parts = moves.map(({ bytes }) => bytes);
    if (!this.durable && this.#inMemory() + at <= MEMORY_BYTES) {
      this.#commits.push({ ...head, body: { parts } });
      return;
    }
    // It is there for those who read it while it is written.
    const commit: Commit = { ...head, body: { parts } };
    this.#commits.push(commit);
    const path = this.#path(timeMs, COMMITTED);
    const { bodyAt } = await this.#patience.run(path, () => writeRecord(path, head, parts, this.durable));
    commit.body = { path, bodyAt };
  }

  /** The last version of a state that was committed with a batch up to this time; undefined when there is none. */
  versionAt(state: string, timeMs: number): number | undefined {
    const moves = this.#commits.filter((commit) => commit.timeMs <= timeMs).flatMap((commit) => commit.moves);
    return moves.findLast((move) => move.state === state)?.version;
  }

  /** A partition of a state at a version: a whole one, and the changes since. */
  async parts(state: string, partition: number, version: number): Promise<Uint8Array[]> {
    const moves = this.#commits.flatMap(({ moves, body }) =>
      moves.flatMap((move, i) =>
        move.state === state && move.partition === partition && move.version <= version
          ? [{ ...move, read: () => readMove(move, i, body) }]
          : [],
      ),
    );
    const from = moves.findLastIndex(({ whole }) => whole);
    if (from < 0) throw new StreamError("RT_CHECKPOINT_READ", `${this.folder} has no whole of ${state}`);
    return Promise.all(moves.slice(from).map((move) => this.#patience.run(this.folder, move.read)));
  }

  /** Whether the next move of a state is to be written as a whole. */
  wantsWhole(state: string): boolean {
    const moves = this.#commits.flatMap((commit) => commit.moves.filter((move) => move.state === state));
    const from = moves.findLastIndex(({ whole }) => whole);
    const version = moves[from]?.version;
    const since = moves.slice(from + 1);
    const wholes = moves.filter((move) => move.whole && move.version === version);
    const changes = new Set(since.map((move) => move.version)).size;
    return from < 0 || (changes >= CHANGES && sumOf(since) >= sumOf(wholes));
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
    const past = this.#planned.filter((planned) => planned < fromMs - lookBackMs);
    this.#planned = this.#planned.filter((planned) => planned >= fromMs - lookBackMs);
    const files = old.flatMap(({ body }) => ("path" in body ? [body.path] : []));
    await this.#remove([...files, ...past.map((planned) => this.#path(planned, PLANNED))]);
    return fromMs - lookBackMs;
  }

  /** What is there of a state belongs to one that is gone. */
  drop(state: string): void {
    for (const commit of this.#commits) letGo(commit, state);
  }

  /** Removes all of it. */
  async clear(): Promise<void> {
    this.#commits = [];
    this.#planned = [];
    await this.#remove([this.#files.path]);
  }

  async #remove(paths: readonly string[]): Promise<void> {
    await this.#patience.run(this.folder, () =>
      Promise.all(paths.map((path) => this.#files.later.remove(path))),
    );
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
    const others: string[] = [];
    let damaged = false;
    for (const timeMs of timesOf(names, COMMITTED)) {
      const path = this.#path(timeMs, COMMITTED);
      const record = damaged ? undefined : await readRecord<CommitHead>(path);
      if (record !== undefined) this.#commits.push({ ...record.head, body: { path, bodyAt: record.bodyAt } });
      else {
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

  /** Of those that are not committed, up to the first that is damaged: it is not known where those after it go on. */
  #unreadable(problems: readonly string[]): StreamError {
    const reasons = problems.length > 0 ? `: ${problems.join("; ")}` : "";
    return new StreamError(
      "RT_CHECKPOINT_READ",
      `${this.folder} ${this.#commits.length > 0 ? "says that batches are done, but of none what it consisted of" : "has nothing that can be read"}${reasons}; take another folder, or remove this one to begin anew`,
    );
  }

  /** @param others takes the paths of those that are damaged, or behind such a one */
  async #readPlanned(
    names: readonly string[],
    problems: string[],
    others: string[],
  ): Promise<Map<number, PlannedBatch>> {
    const planned = new Map<number, PlannedBatch>();
    const committedMs = this.#commits.at(-1)?.timeMs ?? Number.NEGATIVE_INFINITY;
    let damaged = false;
    for (const timeMs of timesOf(names, PLANNED)) {
      const path = this.#path(timeMs, PLANNED);
      const record = damaged ? undefined : await readRecord<PlannedBatch>(path);
      if (record !== undefined) {
        planned.set(timeMs, record.head);
        continue;
      }
      const done = timeMs <= committedMs;
      const way = done ? "windows that reach back to it lack it" : "what came in for it is taken anew";
      if (!damaged) problems.push(`${path} is damaged: ${way}`);
      damaged ||= !done;
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

async function readMove({ at, bytes }: PlacedMove, index: number, body: Body): Promise<Uint8Array> {
  if ("parts" in body) return body.parts[index] ?? new Uint8Array();
  const { later, path } = locate(body.path);
  const from = body.bodyAt + at;
  return later.read(path, from, from + bytes);
}
