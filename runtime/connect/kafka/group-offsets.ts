import { setTimeout as sleep } from "node:timers/promises";
import type { KafkaConnection } from "./connection.js";
import type { OffsetRange } from "./offset-range.js";
import { type KafkaProblem, kafkaError, kafkaProblem } from "./problem.js";
import { stableOffsetRequest } from "./requests.js";
import type { TopicPartition } from "./subscription.js";

/** After so many failures in a row offsets are given up, until the next batch's. */
const MOST_FAILURES = 5;
const AGAIN_MS = 500;

export interface GroupOffsetsOptions {
  /** Whether offsets are committed at all; else they are only asked for. */
  commits: boolean;
  told(problem: string): void;
  /** After each commit. */
  done(): void;
}

/**
 * How far a consumer group is: what tools show, and what another program of the group begins with. The stream is no member of
 * the group: it reads all partitions itself, and its own checkpoint counts more.
 */
export class GroupOffsets {
  /** To be committed next, by partition: the later offset counts. */
  readonly #next = new Map<string, OffsetRange>();
  /** Who waits for what is committed next. */
  #waiting: { resolve(): void; reject(error: unknown): void }[] = [];
  /** Whether a commit is under way. */
  isBusy = false;

  constructor(
    private readonly connection: KafkaConnection,
    private readonly group: string,
    private readonly options: GroupOffsetsOptions,
  ) {}

  /** What the group has committed of partitions; undefined where it has nothing. */
  async committed(partitions: readonly TopicPartition[]): Promise<(number | undefined)[]> {
    const broker = await this.connection.coordinator(this.group, "group");
    const found: (number | undefined)[] = [];
    for (const { topic, partition } of partitions) {
      const committed = await this.connection.send(broker, stableOffsetRequest(this.group, topic, partition));
      found.push(committed?.offset);
    }
    return found;
  }

  /** The records of these ranges are done with. Returns at once. */
  commit(ranges: readonly OffsetRange[]): void {
    if (this.options.commits) this.#add(ranges);
  }

  /** The program says so, whether or not batches are committed when they are done. @throws StreamError RT_KAFKA when it is given up */
  commitAsked(ranges: readonly OffsetRange[]): Promise<void> {
    if (ranges.length === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#add(ranges);
    });
  }

  #add(ranges: readonly OffsetRange[]): void {
    for (const range of ranges) {
      const place = `${range.topic} ${range.partition}`;
      const other = this.#next.get(place);
      if (other === undefined || other.untilOffset < range.untilOffset) this.#next.set(place, range);
    }
    if (!this.isBusy && this.#next.size > 0) void this.#commitAll();
  }

  async #commitAll(): Promise<void> {
    this.isBusy = true;
    for (let failures = 0; this.#next.size > 0; ) {
      const ranges = [...this.#next.values()];
      const waiting = this.#waiting.splice(0);
      this.#next.clear();
      try {
        await this.#commit(ranges);
        failures = 0;
        for (const { resolve } of waiting) resolve();
      } catch (error) {
        failures += 1;
        const problem = this.#problem(error);
        if (failures < MOST_FAILURES && problem.mayPass) {
          this.#waiting.unshift(...waiting);
          this.#add(ranges);
        } else for (const { reject } of waiting) reject(kafkaError(problem));
        await this.#failed(problem);
      }
    }
    this.isBusy = false;
    this.options.done();
  }

  #problem(error: unknown): KafkaProblem {
    return kafkaProblem(error, { ...this.connection.subject, group: this.group });
  }

  /** A later batch's offsets say more than these: nothing is lost but what tools show meanwhile. */
  async #failed(problem: KafkaProblem): Promise<void> {
    this.options.told(`offsets are not committed to the group ${this.group}: ${kafkaError(problem).message}`);
    await sleep(AGAIN_MS);
  }

  async #commit(ranges: readonly OffsetRange[]): Promise<void> {
    const broker = await this.connection.coordinator(this.group, "group");
    const topics = [...new Set(ranges.map(({ topic }) => topic))].map((topic) => ({
      topic,
      partitions: ranges
        .filter((range) => range.topic === topic)
        .map(({ partition, untilOffset }) => ({ partition, offset: String(untilOffset) })),
    }));
    await broker.offsetCommit({ groupId: this.group, groupGenerationId: -1, memberId: "", topics });
  }
}
