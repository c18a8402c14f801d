import { inspect } from "node:util";
import { STAYS_HERE } from "../closure/closure-host.js";
import { type RddNode, rddNode } from "../plan/rdd-node.js";
import { type Partitions, spreadOver } from "./partitioner.js";
import type { RDD } from "./rdd.js";
import type { SparkContext } from "./spark-context.js";

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
  ) {}

  getNumPartitions(): number {
    return this.node.partitions;
  }

  toString(): string {
    return `RDD(${this.node.op}, ${this.node.partitions} partitions)`;
  }

  /** Shown as its text, not as the inside of it. */
  [inspect.custom](): string {
    return this.toString();
  }

  /** @internal An RDD that an operator makes of each partition of this one. */
  protected narrow<U>(op: string, ...functions: AnyFunction[]): RDD<U> {
    const portable = functions.map((f) => this.context.capture(f));
    return this.context.rdd(rddNode(op, [this.node], portable, null, this.node.partitions));
  }

  /** @internal What each partition makes of its records, in the order of the partitions. */
  protected partials<U>(op: string, functions: AnyFunction[], params: object = {}): Promise<U[]> {
    const portable = functions.map((f) => this.context.capture(f));
    const node = rddNode(op, [this.node], portable, params, this.node.partitions);
    return this.context.rdd<U>(node).collect();
  }

  /** @internal @param partitions default: as many as the context runs at once */
  protected wide<U>(
    op: string,
    functions: AnyFunction[],
    partitions: Partitions = this.context.defaultParallelism,
    params: object = {},
    others: readonly RDD<unknown>[] = [],
  ): RDD<U> {
    const { spread, partitioner } = spreadOver(partitions, (f) => this.context.capture(f));
    const portable = [...functions.map((f) => this.context.capture(f)), ...partitioner];
    return this.context.rdd(
      rddNode(
        op,
        [this.node, ...others.map((other) => other.node)],
        portable,
        { ...params, ...spread },
        spread.partitions,
      ),
    );
  }

  /** @internal As many partitions as this RDD has, for what is made of it; at least one. */
  protected ownPartitions(): number {
    return Math.max(1, this.node.partitions);
  }
}
