import { short } from "../rows/short-text.js";
import { StreamError } from "../stream-error.js";
import type { Feed } from "./feed.js";
import { RDD } from "./rdd.js";
import type { Row } from "./row.js";
import type { SparkContext } from "./spark-context.js";

/** How often a running stream looks for what the program pushed. */
const LOOK_MS = 10;

/**
 * Hands a program's queue over to the engine as the program fills it. The array stays the program's, with what was in it at the
 * start: a cell that is run again finds it. What is pushed later is taken out, so that the array does not grow for ever, and the
 * program sees that it was taken over.
 */
export class QueueFeed implements Feed {
  #timer: NodeJS.Timeout | undefined;
  /** Items from the start that were handed over and stay in the array; undefined before. */
  #kept: number | undefined;

  constructor(
    private readonly context: SparkContext,
    private readonly stream: string,
    private readonly queue: (RDD<unknown> | unknown[] | null)[],
    /** Told why the engine did not take what was queued. */
    private readonly refused: (error: unknown) => void,
  ) {}

  start(): void {
    this.#look();
    this.#timer = setInterval(() => this.#look(), LOOK_MS).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  flush(): void {
    const items = this.#newItems().map((item) => this.#taken(item));
    if (items.length === 0) return;
    this.context.engine.send({ rdds: items.flatMap((item) => item?.node ?? []) });
    this.context.engine
      .call("queue", { stream: this.stream, items: items.map((item) => item?.node.id ?? null) })
      .catch(this.refused);
  }

  #newItems(): readonly unknown[] {
    if (this.#kept === undefined) {
      this.#kept = this.queue.length;
      return [...this.queue];
    }
    // The program has taken some out: what there is now is new.
    if (this.queue.length < this.#kept) this.#kept = 0;
    return this.queue.splice(this.#kept);
  }

  /** Nobody catches what a timer throws: it would end the program. */
  #look(): void {
    try {
      this.flush();
    } catch (error) {
      this.refused(error);
    }
  }

  /** @throws StreamError RT_QUEUE_ITEM */
  #taken(item: unknown): RDD<unknown> | undefined {
    if (item === null || item === undefined) return undefined;
    if (Array.isArray(item)) return this.context.parallelize(item as Row[]);
    if (item instanceof RDD) return item;
    throw new StreamError(
      "RT_QUEUE_ITEM",
      `an item of a queue is an RDD, an array of rows or null, not ${short(item)}`,
    );
  }
}
