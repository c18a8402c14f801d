import { setTimeout as sleep } from "node:timers/promises";
import type { KafkaConnection } from "./connection.js";
import type { OffsetRange } from "./offset-range.js";
import { kafkaError, kafkaProblem } from "./problem.js";
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
  /** To be committed next: a later batch's takes the place of an earlier one's. */
  #next: readonly OffsetRange[] | undefined;
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
    if (!this.options.commits || ranges.length === 0) return;
    this.#next = ranges;
    if (!this.isBusy) void this.#commitAll();
  }

  async #commitAll(): Promise<void> {
    this.isBusy = true;
    for (let ranges = this.#take(), failures = 0; ranges !== undefined; ranges = this.#take()) {
      try {
        await this.#commit(ranges);
        failures = 0;
      } catch (error) {
        failures += 1;
        if (failures < MOST_FAILURES) this.#next ??= ranges;
        await this.#failed(error);
      }
    }
    this.isBusy = false;
    this.options.done();
  }

  /** A later batch's offsets say more than these: nothing is lost but what tools show meanwhile. */
  async #failed(error: unknown): Promise<void> {
    const problem = kafkaProblem(error, { ...this.connection.subject, group: this.group });
    this.options.told(`offsets are not committed to the group ${this.group}: ${kafkaError(problem).message}`);
    await sleep(AGAIN_MS);
  }

  #take(): readonly OffsetRange[] | undefined {
    const ranges = this.#next;
    this.#next = undefined;
    return ranges;
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
