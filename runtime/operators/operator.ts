import type { RddNode } from "../plan/rdd-node.js";
import type { StreamNode } from "../plan/stream-node.js";
import type { Reader } from "../pool/reader.js";
import type { TaskInput } from "../pool/task.js";
import type { Partitioning } from "../rows/partitioning.js";
import type { Loop, LoopHead } from "./loop.js";

/**
 * An operator is a value that says how a stream gets its RDDs and how an RDD is computed. To add one: a file with its
 * node and its lowering, a line in table.ts, a method on the facade.
 */
export interface Operator {
  name: string;
  rdd?: RddLowering;
  stream?: StreamLowering;
}

export type RddLowering = SourceLowering | NarrowLowering | UnionLowering | WideLowering | ViewLowering;

/** Rows from outside the plan. */
export interface SourceLowering {
  kind: "source";
  head: LoopHead;
  /** What the task of one partition reads. */
  input(node: RddNode, partition: number): TaskInput;
}

/** One partition in, the same partition out: lines in the fused loop of its parent. */
export interface NarrowLowering extends Told {
  kind: "narrow";
  /** Set when its functions may be async. */
  awaits?: boolean;
  /** Of one whose function alone sees a record: whether that goes on as it is, or ends here. */
  record?: "passes" | "ends";
  /** @param fieldsRead the fields that are read of the records which it gives; undefined where more is done with them */
  emit(loop: Loop, node: RddNode, fieldsRead: () => readonly string[] | undefined): void;
}

/** What an operator's lines in the loop are told, beside the rows. The loop's text is the same for all partitions. */
export interface Told {
  /**
   * Plain data for the task of one partition, which the loop has as `loop.argument()`. Whoever has this asks for it
   * exactly once.
   */
  argument?(node: RddNode, partition: number, prepared: unknown): unknown;
  /** What must be known of the parents' rows first; asked once per RDD, when it is computed for the first time. */
  prepare?(node: RddNode, ask: Ask): Promise<unknown>;
}

/** What can be asked of an RDD before one made from it is computed. Answers are in the order of the partitions. */
export interface Ask {
  /** The number of rows of each partition. */
  counts(node: RddNode): Promise<number[]>;
  /** At most `limit` rows of each partition, each as likely as any other, and out of how many. The same every time. */
  samples(node: RddNode, limit: number): Promise<{ rows: unknown[]; count: number }[]>;
  /** What the operator of a wide RDD is told first itself: the bounds of a sort. */
  prepared(node: RddNode): Promise<unknown>;
}

/** The partitions of all parents, one list after the other. */
export interface UnionLowering {
  kind: "union";
}

/** The partitions of its parent, a wide RDD, in another form that the parent's reader gives under this name. */
export interface ViewLowering {
  kind: "view";
  view: string;
  head: Extract<LoopHead, "rows" | "pairs">;
}

/**
 * Cuts a stage: rows go to the worker that owns their key, and are merged there. The rows of all parents are sent, unless
 * the operator has state: then it says those of how many.
 */
export interface WideLowering extends Told {
  kind: "wide";
  /** The last lines of the map side's loop, and what its task does with the loop's result. */
  emitMapSide(loop: Loop, node: RddNode): void;
  /** Tells those lines apart where they are not the same for all RDDs of this operator with the same functions. */
  mapSideForm?(node: RddNode): string;
  mapOutput: "pairs" | "tally";
  /** Where the pairs of a map task go; by the hash of their key when this is left out. */
  partitioning?(task: MapTask): Partitioning;
  /** The reduce side. */
  reader: Reader;
  /** Ids of the functions the reader takes, and its plain parameters. */
  readCall(node: RddNode): { functions: string[]; params: unknown };
  /** What the reader gives to the loop of the next stage. */
  head: Extract<LoopHead, "rows" | "pairs">;
  /** How the RDD moves a state that outlives the batch. With one, every partition is read, whoever wants the rows. */
  state?(node: RddNode): StateMove;
  /** For people, what of the state is in memory whatever its size, and the way out of that; undefined where the rest goes to disk. */
  inMemory?(node: RddNode): string | undefined;
}

/** What an RDD does to the state of its operator: it moves it once, from the version before to its own. */
export interface StateMove {
  /** Which state. */
  key: string;
  /** A time in ms, later than that of the move before. */
  version: number;
  /** The rows of so many parents are sent; those after them move the same state, and do so first. */
  sides: number;
  /**
   * What a worker makes of the state's bytes is made for this, such as the functions that it keeps: what was made for something else,
   * before a cell was edited, is made anew.
   */
  madeFor: string;
}

/** One task of the map side of a wide RDD. */
export interface MapTask {
  node: RddNode;
  /** What the operator's `prepare` gave. */
  prepared: unknown;
  /** Which of the parents it reads. */
  side: number;
  /** Which partition of that parent. */
  place: number;
}

/** What a stream operator may ask when it makes the RDD of a batch. */
export interface BatchOfRdds {
  /** Time of the batch, in ms. */
  timeMs: number;
  /** RDD of a parent at a time on its grid; undefined before the start, and for a batch without RDD. */
  parent(index: number, timeMs?: number): RddNode | undefined;
  /** RDD of a source for this batch. */
  received(): RddNode | undefined;
  /** The RDD that the program made for this batch. */
  transformed(): RddNode | undefined;
  /** The context's start: the first batch is one slide later. */
  zeroMs: number;
  /** What all batches of this run have in common, and those of no other. */
  run: string;
  /** Whether the stream has had an RDD in an earlier batch. */
  begun: boolean;
  /** An RDD that the program made. @throws StreamError RT_LET_GO */
  programRdd(id: string): RddNode;
  /** Whether a stream of this operator is made from the stream. */
  isReadBy(op: string): boolean;
}

export interface StreamLowering {
  /** The RDD of one batch, or undefined when the batch has none. Called once per batch, in order of time. */
  rddAt(node: StreamNode, batch: BatchOfRdds): RddNode | undefined;
  /** For people, what its state is beside keys and values: with that of another form nothing can be gone on. */
  stateForm?(node: StreamNode): string;
}
