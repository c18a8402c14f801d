import { inspect } from "node:util";
import { STAYS_HERE } from "../closure/closure-host.js";
import { type DependencyKind, dependenciesOf } from "../operators/dependencies.js";
import { type RddNode, rddNode } from "../plan/rdd-node.js";
import { checkLevel, StorageLevel } from "../rows/storage-level.js";
import { StreamError } from "../stream-error.js";
import { debugString, levelOf } from "./debug-string.js";
import { defaultPartitioner } from "./default-partitioner.js";
import { checkRdds, TEXT } from "./operands.js";
import {
  type Partitioner,
  type Partitions,
  samePartitioner,
  spreadOver,
  toPartitioner,
} from "./partitioner.js";
import type { RDD } from "./rdd.js";
import { takes } from "./signatures.js";
import type { SparkContext } from "./spark-context.js";

/** A part of an RDD that one task works on. */
export interface Partition {
  readonly index: number;
}

/** An RDD that another one is made from. */
export interface Dependency {
  /**
   * `oneToOne`: each partition is made of that of the same number. `narrow`: of a few, known before. `shuffle`: of
   * records of all, by their keys.
   */
  readonly kind: DependencyKind;
  readonly rdd: RDD<unknown>;
}

export type AnyFunction = (...args: never[]) => unknown;

/**
 * What an RDD is, without any operation: a context and a node of the plan, and how operations make further ones. The
 * operations stand in the classes between this and {@link RDD}, each named as Spark's source file of the same ones.
 */
export abstract class BaseRDD {
  readonly [STAYS_HERE] = "an RDD";

  /** @internal */
  constructor(
    readonly context: SparkContext,
    /** @internal */
    readonly node: RddNode,
    /** What says which partition each key of these pairs is in; undefined where keys are anywhere. */
    readonly partitioner?: Partitioner,
  ) {}

  getNumPartitions(): number {
    return this.node.partitions;
  }

  toString(): string {
    const { op, partitions } = this.node;
    return `RDD(${this.name === undefined ? op : `${this.name}: ${op}`}, ${partitions} partitions)`;
  }

  /** Shown as its text, not as the inside of it. */
  [inspect.custom](): string {
    return this.toString();
  }

  /** The name that {@link setName} gave; undefined for none. */
  get name(): string | undefined {
    return this.node.name === "" ? undefined : this.node.name;
  }

  /**
   * The type of its records as text, `[string, number]`, as far as it is known without computing one: from what it reads, or from
   * the records that an action brought. Undefined when it is not.
   */
  get elementType(): string | undefined {
    return this.context.elementTypes.of(this.node);
  }

  /** Gives it a name, to be known by in {@link toDebugString}. */
  setName(name: string): this {
    this.node.name = name;
    return this;
  }

  /** {@link persist} in memory. */
  cache(): this {
    return this.persist();
  }

  /**
   * Keeps the partitions that actions compute with the workers that computed them, and lets later actions read them there.
   * What there is no memory for is kept on disk or computed again, as the level says. Persisted RDDs share three tenths of
   * each worker's memory; those that were not read for the longest time make room. A partition that is lost with its worker
   * is computed again.
   * @throws StreamError RT_STORAGE_LEVEL when it is persisted at another level, or that is none
   */
  persist(level: StorageLevel = StorageLevel.MEMORY_ONLY): this {
    const before = this.getStorageLevel();
    if (before === checkLevel(level)) return this;
    if (before !== StorageLevel.NONE) {
      throw new StreamError(
        "RT_STORAGE_LEVEL",
        `the storage level of ${this.node.op} is ${before.name} and cannot be changed to ${level.name}; unpersist() it first`,
      );
    }
    return this.#store(level);
  }

  /**
   * Lets go of what is kept of it. A job that would have read it computes it.
   * @param _blocking as in Spark; here nothing has to be waited for, since later jobs come after it anyway
   */
  unpersist(_blocking = false): this {
    return this.getStorageLevel() === StorageLevel.NONE ? this : this.#store(StorageLevel.NONE);
  }

  /** `StorageLevel.NONE` when it is not persisted. */
  getStorageLevel(): StorageLevel {
    return levelOf(this.node.storage);
  }

  /**
   * Has the next action that computes it write it to files in the folder of `sc.setCheckpointDir`, by a job of its own when the
   * action's is done. From then on it is read from there, and what it was made from is forgotten. Persist it as well, or that
   * job computes it once more. For the end of a long lineage, of an iteration for one.
   * @throws StreamError RT_CHECKPOINT_DIR; by the action RT_FILE
   */
  checkpoint(): void {
    this.context.checkpoints.mark(this.node, "reliable");
  }

  /**
   * Has the next action that computes it keep all of it with the workers, at MEMORY_AND_DISK unless it is persisted on disk,
   * and forget what it was made from. Quicker than {@link checkpoint}, and lost with a worker: then actions fail with
   * RT_CHECKPOINT, as they do when it is unpersisted.
   */
  localCheckpoint(): this {
    if (this.isCheckpointed()) return this;
    const level = this.getStorageLevel();
    if (!level.useDisk) {
      // What is kept already may have to go: it is kept anew, on disk too.
      if (level !== StorageLevel.NONE) this.#store(StorageLevel.NONE);
      this.#store(StorageLevel.MEMORY_AND_DISK);
    }
    this.context.checkpoints.mark(this.node, "local");
    return this;
  }

  /** Whether an action has checkpointed it, by either way: it is made from nothing else any more. */
  isCheckpointed(): boolean {
    return this.node.isCheckpointed;
  }

  /** The folder its checkpoint is in; undefined before it is written, and for a local one. */
  getCheckpointFile(): string | undefined {
    return this.context.checkpoints.fileOf(this.node);
  }

  /**
   * The lineage as text: an RDD a line, the stages below each other, and what is kept of those that are persisted. In Spark
   * it is there at once; here the engine is asked what is kept.
   */
  async toDebugString(): Promise<string> {
    const stored = await this.context.stored(this.node);
    return debugString(this.node, stored);
  }

  /** The partitions, by their number. */
  get partitions(): readonly Partition[] {
    return Array.from({ length: this.node.partitions }, (_, index) => ({ index }));
  }

  /** The RDDs this one is made from, and whether its partitions each need one of theirs, or all. */
  get dependencies(): readonly Dependency[] {
    return dependenciesOf(this.node).map(({ parent, kind }) => ({ kind, rdd: this.context.rdd(parent) }));
  }

  /** @internal An RDD that an operator makes of each partition of this one. */
  protected narrow<U>(op: string, ...functions: AnyFunction[]): RDD<U> {
    return this.context.rdd(this.#narrowNode(op, functions, null));
  }

  /** @internal The same by an operator that leaves each key in its partition. */
  protected inPlace<U>(op: string, functions: AnyFunction[] = [], params: unknown = null): RDD<U> {
    return this.context.rdd(this.#narrowNode(op, functions, params), this.partitioner);
  }

  /** @internal What each partition makes of its records. */
  protected perPartition<U>(op: string, functions: AnyFunction[], params: object = {}): RDD<U> {
    return this.context.rdd<U>(this.#narrowNode(op, functions, params));
  }

  /** @internal The same here, in the order of the partitions. */
  protected partials<U>(op: string, functions: AnyFunction[], params: object = {}): Promise<U[]> {
    return this.perPartition<U>(op, functions, params).collect();
  }

  /**
   * @internal An RDD whose records move, by themselves or by their number: it has no partitioner.
   * @param partitions default: as many as this RDD or one of the others has at most
   */
  protected wide<U>(
    op: string,
    functions: AnyFunction[],
    partitions?: Partitions,
    params: object = {},
    others: readonly BaseRDD[] = [],
  ): RDD<U> {
    checkRdds(op, others);
    const spread = partitions === undefined ? mostPartitions([this, ...others]) : partitions;
    return this.context.rdd(this.#wideNode(op, functions, spread, params, others));
  }

  /**
   * @internal An RDD whose pairs move to where a partitioner sends their keys. Those of parents that have an equal
   * partitioner are there already.
   * @param partitions default: Spark's, see {@link defaultPartitioner}
   */
  protected byKey<U>(
    op: string,
    functions: AnyFunction[],
    partitions?: Partitions,
    params: object = {},
    others: readonly BaseRDD[] = [],
  ): RDD<U> {
    checkRdds(op, others);
    const partitioner =
      partitions === undefined ? defaultPartitioner([this, ...others]) : toPartitioner(partitions);
    const aligned = [this, ...others].flatMap((rdd, side) =>
      samePartitioner(rdd.partitioner, partitioner) ? [side] : [],
    );
    const node = this.#wideNode(op, functions, partitioner, { ...params, aligned }, others);
    return this.context.rdd(node, partitioner);
  }

  /** @internal Partitions of the same number of several RDDs put together. @throws StreamError RT_ZIP */
  protected sideBySide<U>(
    op: string,
    others: readonly BaseRDD[],
    functions: AnyFunction[] = [],
    keepsPartitioner = false,
  ): RDD<U> {
    checkRdds(op, others);
    const all = [this, ...others];
    checkAsMany(all.map((rdd) => rdd.getNumPartitions()));
    const partitions = this.node.partitions;
    const params = {
      partitions,
      by: { kind: "hash" },
      aligned: all.map((_, side) => side),
      sides: all.length,
    };
    const portable = functions.map((f) => this.context.capture(f));
    const parents = all.map((rdd) => rdd.node);
    const node = rddNode(op, parents, portable, params, partitions);
    return this.context.rdd(node, keepsPartitioner ? this.partitioner : undefined);
  }

  /** @internal As many partitions as this RDD has, for what is made of it; at least one. */
  protected ownPartitions(): number {
    return mostPartitions([this]);
  }

  #store(level: StorageLevel): this {
    this.node.storage = level.name;
    this.context.engine.persist(this.node);
    return this;
  }

  #narrowNode(op: string, functions: AnyFunction[], params: unknown): RddNode {
    const portable = functions.map((f) => this.context.capture(f, op));
    return rddNode(op, [this.node], portable, params, this.node.partitions);
  }

  #wideNode(
    op: string,
    functions: AnyFunction[],
    partitions: Partitions,
    params: object,
    others: readonly BaseRDD[],
  ): RddNode {
    const { spread, partitioner } = spreadOver(partitions, (f) => this.context.capture(f));
    const portable = [...functions.map((f) => this.context.capture(f)), ...partitioner];
    const parents = [this.node, ...others.map((other) => other.node)];
    return rddNode(op, parents, portable, { ...params, ...spread }, spread.partitions);
  }
}

takes(BaseRDD.prototype, {
  setName: { name: TEXT },
});

/** As many partitions as any of these RDDs has; at least one. */
function mostPartitions(rdds: readonly BaseRDD[]): number {
  return Math.max(1, ...rdds.map((rdd) => rdd.node.partitions));
}

function checkAsMany(partitions: readonly number[]): void {
  if (new Set(partitions).size === 1) return;
  throw new StreamError(
    "RT_ZIP",
    `RDDs with unequal numbers of partitions (${partitions.join(", ")}) cannot be zipped; repartition or coalesce them first`,
  );
}
