import type { RddNode } from "../plan/rdd-node.js";
import type { PartitionCount } from "../pool/task-counts.js";
import { RDD } from "./rdd.js";
import type { SparkContext } from "./spark-context.js";

/** Records that are made of lines of text, of which some may be bad: what `sc.jsonLines` and `sc.csv` give. */
export class ParsedRDD<T> extends RDD<T> {
  /** @internal */
  constructor(
    context: SparkContext,
    node: RddNode,
    private readonly bad: BadLineCounts,
  ) {
    super(context, node);
  }

  /**
   * How many lines were left out, or became null, of what actions have read so far. Lines are counted once, however often
   * they are read: also when a task is tried again, or by several actions. All are counted when an action has read all records.
   */
  get badLines(): number {
    return this.bad.total();
  }
}

/** The bad lines of an RDD by partition: to read one again does not add to them. */
export class BadLineCounts {
  readonly #counts = new Map<number, number>();

  constructor(readonly id: string) {}

  /** What a task found: perhaps not all of its partition, where it did not read to the end. */
  merge(part: unknown): void {
    const { partition, value } = part as PartitionCount;
    this.#counts.set(partition, Math.max(value, this.#counts.get(partition) ?? 0));
  }

  total(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }
}
