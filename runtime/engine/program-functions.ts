import { offsetRangesOf } from "../connect/kafka/kafka-split.js";
import type { RddNode } from "../plan/rdd-node.js";
import type { OutputNode, StreamNode } from "../plan/stream-node.js";
import type { PlanTable } from "../plan/transfer.js";
import type { Borrowed } from "./borrowed.js";
import { type ErrorData, fromErrorData, toErrorData } from "./failure.js";
import type { FromEngine, LentRdd, ToEngine } from "./port.js";

interface ProgramFunctionsOptions {
  plans: PlanTable;
  borrowed: Borrowed;
  post(message: FromEngine): void;
}

/** The functions of the program that it runs itself: bodies of outputs and of transforms. It is asked, and answers by number. */
export class ProgramFunctions {
  readonly #waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  #asked = 0;

  constructor(private readonly options: ProgramFunctionsOptions) {}

  /** Runs the body of an output on the RDD of a batch; resolves when it is done. */
  async body(context: string, output: OutputNode, rdd: RddNode, timeMs: number): Promise<void> {
    const lent = this.lend(rdd);
    await this.#ask((id) => ({ type: "body", id, context, output: output.id, rdd: lent, timeMs }));
  }

  /** The RDD that the program makes is the program's: the batch has one of its own, which goes with the batch. */
  async transform(
    context: string,
    stream: StreamNode,
    parents: readonly RddNode[],
    timeMs: number,
  ): Promise<RddNode> {
    const rdds = parents.map((rdd) => this.lend(rdd));
    return this.#ask<RddNode>((id) => ({ type: "transform", id, context, stream: stream.id, rdds, timeMs }));
  }

  /** Makes the RDD of a batch known to the program. */
  lend(rdd: RddNode): LentRdd {
    this.options.plans.put(rdd);
    const offsetRanges = offsetRangesOf(rdd);
    return { id: rdd.id, partitions: rdd.partitions, ...(offsetRanges && { offsetRanges }) };
  }

  /** A body is done, or failed. */
  bodyDone({ id, error }: Extract<ToEngine, { type: "bodyDone" }>): void {
    this.#answered(id, undefined, error);
  }

  /** The function of a transform gave an RDD, or failed. */
  transformed(message: Extract<ToEngine, { type: "transformed" }>): void {
    const { plans, borrowed } = this.options;
    if ("error" in message) {
      this.#answered(message.id, undefined, message.error);
      return;
    }
    try {
      this.#answered(message.id, borrowed.borrow(plans.rdd(message.rdd)));
    } catch (error) {
      this.#answered(message.id, undefined, toErrorData(error));
    }
  }

  #ask<T>(message: (id: number) => FromEngine): Promise<T> {
    this.#asked += 1;
    const id = this.#asked;
    return new Promise<T>((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      this.options.post(message(id));
    });
  }

  #answered(id: number, value: unknown, error?: ErrorData): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) waiting?.resolve(value);
    else waiting?.reject(fromErrorData(error, (stack) => stack));
  }
}
