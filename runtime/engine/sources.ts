import { newSource } from "../connect/open-source.js";
import type { QueueItem } from "../connect/queue.js";
import { Inbox } from "../connect/receiver-source.js";
import type { Source } from "../connect/source.js";
import type { SourceSpec } from "../operators/input.js";
import { parallelizeNode } from "../operators/parallelize.js";
import type { RddNode } from "../plan/rdd-node.js";
import type { StreamNode } from "../plan/stream-node.js";
import type { PlanTable } from "../plan/transfer.js";
import type { PartitionCount } from "../pool/task-counts.js";
import { SystemClock } from "../time/clock.js";
import type { Borrowed } from "./borrowed.js";
import type { EngineFunctions } from "./engine-functions.js";
import type { StreamRunOptions } from "./stream-run.js";

interface SourcesOptions {
  plans: PlanTable;
  borrowed: Borrowed;
  functions: EngineFunctions;
  /** Tasks that run at a time. */
  tasks: number;
}

/** Opens the sources of streams, and keeps what the program gives to them: it is there before a run begins, and after one has ended. */
export class Sources {
  /** What waits in the program's queues, by stream. */
  readonly #queues = new Map<string, QueueItem[]>();
  /** What receivers of the program have stored, by stream. */
  readonly #inboxes = new Map<string, Inbox>();
  /** What sources wait for of what tasks count, by what it is told under. */
  readonly #counters = new Map<string, (count: PartitionCount) => void>();

  constructor(private readonly options: SourcesOptions) {}

  /** @param told takes each problem of the source's connection */
  open(
    node: StreamNode<SourceSpec>,
    run: Pick<StreamRunOptions, "batchMs" | "clock" | "log" | "onFailure" | "warn">,
    told: (problem: string) => void,
  ): Source {
    const { batchMs, clock, log, onFailure, warn } = run;
    const { borrowed, functions, tasks } = this.options;
    return newSource(node.params, {
      clock,
      wall: new SystemClock(),
      batchMs,
      tasks,
      functions: functions.of(node),
      portable: node.functions,
      told,
      warn,
      counted: (counter, add) => this.#counters.set(counter, ({ value }) => add(value)),
      queue: () => this.#queue(node.id),
      otherwise: (rdd) => this.#otherwise(rdd),
      join: (rdds) => borrowed.join(rdds),
      queueLog: () => log.queueLog(node.id, warn),
      inbox: () => this.inbox(node.id),
      receiverLog: () => log.receiverLog(node.id, warn),
      lost: (error) => {
        if (onFailure === "stop") throw error;
        warn(error.message);
      },
    });
  }

  /** Of the receiver of a stream. */
  inbox(stream: string): Inbox {
    const inbox = this.#inboxes.get(stream) ?? new Inbox();
    this.#inboxes.set(stream, inbox);
    return inbox;
  }

  /** What receivers have stored so far is written, where it is to be. */
  async received(): Promise<void> {
    await Promise.all([...this.#inboxes.values()].map((inbox) => inbox.written()));
  }

  /** Items for a queue stream: RDDs by id, null for a batch without RDD. */
  enqueue(stream: string, items: readonly (string | null)[]): void {
    const { plans, borrowed } = this.options;
    this.#queue(stream).push(...items.map((id) => (id === null ? null : borrowed.borrow(plans.rdd(id)))));
  }

  /** What a task counted under a name that a source has given. */
  counted(counter: string, count: PartitionCount): void {
    this.#counters.get(counter)?.(count);
  }

  #queue(stream: string): QueueItem[] {
    const queue = this.#queues.get(stream) ?? [];
    this.#queues.set(stream, queue);
    return queue;
  }

  #otherwise(rdd: string): RddNode | undefined {
    if (rdd === "empty") return parallelizeNode([], 1);
    const { plans, borrowed } = this.options;
    return rdd === "none" ? undefined : borrowed.borrow(plans.rdd(rdd));
  }
}
