import type { Feed } from "./feed.js";
import { RDD } from "./rdd.js";
import type { Row } from "./row.js";
import type { SparkContext } from "./spark-context.js";

/** How often a running stream looks for what the program pushed. */
const LOOK_MS = 10;

/**
 * Hands a program's queue over to the engine as the program fills it. The array stays the program's; taking its items
 * out is how the program sees that they were taken over.
 */
export class QueueFeed implements Feed {
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly context: SparkContext,
    private readonly stream: string,
    private readonly queue: (RDD<unknown> | unknown[] | null)[],
    /** Told why the engine did not take what was queued. */
    private readonly refused: (error: unknown) => void,
  ) {}

  start(): void {
    this.flush();
    this.#timer = setInterval(() => this.flush(), LOOK_MS).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Sends what is there now; messages after it find it. */
  flush(): void {
    const items = this.queue
      .splice(0)
      .map((item) => (Array.isArray(item) ? this.context.parallelize(item as Row[]) : item));
    if (items.length === 0) return;
    this.context.engine.send({ rdds: items.filter((item) => item instanceof RDD).map((rdd) => rdd.node) });
    this.context.engine
      .call("queue", { stream: this.stream, items: items.map((item) => item?.node.id ?? null) })
      .catch(this.refused);
  }
}
