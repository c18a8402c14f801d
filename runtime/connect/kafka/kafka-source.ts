import { splitsNode } from "../../operators/splits.js";
import type { Clock } from "../../time/clock.js";
import type { Received, ReplayableSource, SourceStatus } from "../source.js";
import { KafkaConnection, LATEST, SILENCE, SILENT_MS, TELL_MS } from "./connection.js";
import { GroupOffsets } from "./group-offsets.js";
import type { KafkaReading, KafkaSplit } from "./kafka-split.js";
import { type OffsetRange, offsetsOf } from "./offset-range.js";
import { type KafkaProblem, kafkaProblem } from "./problem.js";
import { type StartingOffsets, startOffsets } from "./start-offsets.js";
import { subscribedPartitions } from "./subscribed-partitions.js";
import { type Subscription, type TopicPartition, topicsOf } from "./subscription.js";

/** What a stream reads, and from where on. Plain data. */
export interface KafkaFrom {
  subscription: Subscription;
  starting: StartingOffsets;
  /** Empty for none. */
  groupId: string;
  /** Whether the group is told how far the stream is. */
  commit: boolean;
  /** Records a second of each partition; infinite for no limit. */
  maxRatePerPartition: number;
}

export interface KafkaSourceOptions {
  reading: unknown;
  from: unknown;
  batchMs: number;
  /** Real time. */
  clock: Clock;
  told(problem: string): void;
  warn(text: string): void;
  counted(counter: string, add: (count: number) => void): void;
}

/** A partition that is read. */
interface Followed extends TopicPartition {
  /** Where the next batch goes on. */
  position: number;
  /** Where what is committed ends, as far as is known. */
  end: number;
}

/** Where a stream goes on. Plain data. */
interface Position {
  /** By partition, by topic. */
  offsets: Record<string, Record<number, number>>;
  /** Of the topics that these offsets are of, by name, where the brokers say them. */
  topicIds: Record<string, string>;
}

/** How often it is asked where the partitions end, for each batch: what came in since waits for the next one. */
const LOOKS = 8;
const MIN_LOOK_MS = 10;
const MAX_LOOK_MS = 500;

/** How often it is asked whether there are more partitions, and topics of a pattern. */
const SUBSCRIBE_MS = 2000;

const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 5000;

/**
 * `kafkaDirectStream`: what lies in the partitions of topics. It follows where they end, ahead of the batches; a batch is a range
 * of offsets of each partition, which its tasks fetch.
 */
export class KafkaSource implements ReplayableSource {
  readonly #reading: KafkaReading;
  readonly #from: KafkaFrom;
  readonly #connection: KafkaConnection;
  readonly #group: GroupOffsets | undefined;
  #followed: Followed[] = [];
  /** Those that there are, by name: a topic may be deleted, and keeps its place until it is made anew. */
  #there: ReadonlySet<string> = new Set();
  /** Of an earlier process, until its partitions are found. */
  #resumed: Position | undefined;
  #state: SourceStatus["state"] = "waiting";
  #reason = "not started";
  #records = 0;
  #refused = 0;
  #subscribedMs = Number.NEGATIVE_INFINITY;
  /** It has not been looked yet which partitions there are: what comes later is read from its beginning. */
  #isFirst = true;
  /** By name, of the topics that are read. */
  #topicIds = new Map<string, string>();
  /** Partitions that end before what was read of them, in words; empty when none does. */
  #shrunk = "";
  /** Topics that are not there, in words; empty when all are. */
  #missing = "";
  /** The problem that was told of last, until all is well. */
  #told = "";
  /** Since when no broker answers. */
  #lostMs: number | undefined;
  #retryMs = FIRST_RETRY_MS;
  #cancelWait: (() => void) | undefined;

  constructor(private readonly options: KafkaSourceOptions) {
    this.#reading = options.reading as KafkaReading;
    this.#from = options.from as KafkaFrom;
    this.#connection = new KafkaConnection(this.#reading.client);
    const { groupId, commit } = this.#from;
    if (groupId !== "")
      this.#group = new GroupOffsets(this.#connection, groupId, {
        commits: commit,
        told: (problem) => this.#tell(problem),
        // A batch may be done after its source is closed.
        done: () => {
          if (this.#state === "stopped") this.#connection.reset();
        },
      });
    options.counted(this.#reading.counter, (count) => {
      this.#refused += count;
    });
  }

  open(): void {
    this.#state = "waiting";
    this.#reason = "connecting";
    void this.#follow();
  }

  take(_timeMs: number, limit: number): Received {
    const ranges = cut(this.#followed, limit, (this.#from.maxRatePerPartition * this.options.batchMs) / 1000);
    for (const [index, { untilOffset }] of ranges.entries()) {
      const followed = this.#followed[index];
      if (followed !== undefined) followed.position = untilOffset;
    }
    const received = this.replay(ranges);
    this.#records += received.records;
    return received;
  }

  replay(range: unknown): Received {
    const ranges = range as OffsetRange[];
    const splits = ranges.map((one, place): KafkaSplit => ({ ...this.#reading, range: one, place }));
    const records = ranges.reduce((sum, one) => sum + offsetsOf(one), 0);
    return { rdd: splitsNode("kafka", splits), records, range };
  }

  committed(range: unknown): void {
    this.#group?.commit(range as OffsetRange[]);
  }

  /** @throws StreamError RT_KAFKA */
  async commitOffsets(range: unknown): Promise<void> {
    await this.#group?.commitAsked(range as OffsetRange[]);
  }

  position(): unknown {
    if (this.#followed.length === 0) return this.#resumed;
    // Partitions of an earlier process that are not there, yet or again, keep their places.
    const position: Position = structuredClone(this.#resumed ?? { offsets: {}, topicIds: {} });
    for (const { topic, partition, position: offset } of this.#followed) {
      position.offsets[topic] ??= {};
      position.offsets[topic][partition] = offset;
    }
    for (const [topic, id] of this.#topicIds) position.topicIds[topic] = id;
    return position;
  }

  resume(position: unknown): void {
    this.#resumed = position as Position | undefined;
  }

  status(): SourceStatus {
    const { client } = this.#reading;
    const pending = this.#followed.reduce((sum, { position, end }) => sum + Math.max(0, end - position), 0);
    return {
      what: `Kafka ${topicsOf(this.#from.subscription)} at ${client.brokers.join(", ")}`,
      state: this.#state,
      reason: this.#reason,
      records: this.#records,
      refused: this.#refused,
      pending,
      partitions: this.#followed.map(({ topic, partition, position, end }) => ({
        name: `${topic} ${partition}`,
        position,
        end,
      })),
    };
  }

  close(): void {
    this.#state = "stopped";
    this.#reason = "";
    this.#cancelWait?.();
    this.#disconnect();
  }

  /** Offsets that are on their way are committed first. */
  #disconnect(): void {
    if (this.#group?.isBusy !== true) this.#connection.reset();
  }

  async #follow(): Promise<void> {
    const { clock } = this.options;
    while (this.#state !== "stopped") {
      const askedMs = clock.now();
      const answered = clock.at(askedMs + SILENT_MS, () => this.#silent());
      try {
        await this.#look();
        this.#well();
        const { batchMs } = this.options;
        await this.#wait(Math.min(MAX_LOOK_MS, Math.max(MIN_LOOK_MS, batchMs / LOOKS)));
      } catch (error) {
        this.#lost(error, askedMs);
        await this.#wait(this.#retryMs);
        this.#retryMs = Math.min(2 * this.#retryMs, LAST_RETRY_MS);
      } finally {
        answered();
      }
    }
    // A look that was under way when it was closed may have connected anew.
    this.#disconnect();
  }

  /** Where the partitions end now, and now and then which there are. */
  async #look(): Promise<void> {
    const { clock } = this.options;
    if (clock.now() - this.#subscribedMs >= SUBSCRIBE_MS) {
      await this.#subscribe();
      this.#subscribedMs = clock.now();
    }
    const followed = this.#followed.filter((one) => this.#there.has(nameOf(one)));
    const ends = await this.#connection.offsets(followed, LATEST);
    followed.forEach((one, index) => {
      one.end = ends[index] ?? one.end;
    });
    this.#shrunk = followed
      .filter(({ position, end }) => end < position)
      .map(shrinking)
      .join("; ");
  }

  async #subscribe(): Promise<void> {
    const { partitions, missing } = await subscribedPartitions(this.#connection, this.#from.subscription);
    await this.#forgetOthers([...new Set(partitions.map(({ topic }) => topic))]);
    const known = new Set(this.#followed.map(nameOf));
    const added = partitions.filter((one) => !known.has(nameOf(one)));
    if (added.length > 0) {
      const offsets = await this.#startOffsets(added);
      const followed = added.map((one, index): Followed => {
        const position = offsets[index] ?? 0;
        return { ...one, position, end: position };
      });
      this.#followed = [...this.#followed, ...followed].sort(inOrder);
    }
    this.#there = new Set(partitions.map(nameOf));
    // What no batch had taken of a topic that was deleted is nowhere.
    for (const one of this.#followed) if (!this.#there.has(nameOf(one))) one.end = one.position;
    this.#isFirst = false;
    this.#missing = missing;
  }

  /** Offsets in a topic that was deleted say nothing of the one that has its name now: that is read from its beginning. */
  async #forgetOthers(topics: readonly string[]): Promise<void> {
    const ids = await this.#connection.topicIds(topics);
    for (const [topic, id] of ids) {
      const before = this.#topicIds.get(topic) ?? this.#resumed?.topicIds[topic] ?? id;
      this.#topicIds.set(topic, id);
      if (before === id) continue;
      this.#followed = this.#followed.filter((one) => one.topic !== topic);
      if (this.#resumed !== undefined) delete this.#resumed.offsets[topic];
      this.#isFirst = false;
      this.#tell(
        `the topic ${topic} of Kafka at ${this.#brokers()} was deleted and made anew: it is read from its beginning, and what no batch had taken of the one before is lost`,
      );
    }
  }

  /** Of an earlier process, of the group, or as the program says; partitions that come later are read from their beginning. */
  async #startOffsets(added: readonly TopicPartition[]): Promise<number[]> {
    const resumed = this.#resumed;
    const isNew = this.#isFirst && resumed === undefined;
    const from = isNew ? this.#from.starting : "earliest";
    const offsets = await startOffsets(this.#connection, added, from);
    const isAsked = isNew && typeof from === "string";
    const committed = isAsked ? await this.#group?.committed(added) : undefined;
    return added.map(
      ({ topic, partition }, index) =>
        resumed?.offsets[topic]?.[partition] ?? committed?.[index] ?? offsets[index] ?? 0,
    );
  }

  /** Brokers answer. */
  #well(): void {
    if (this.#state === "stopped") return;
    const problem =
      this.#shrunk || (this.#missing === "" ? "" : `Kafka at ${this.#brokers()} ${this.#missing}`);
    this.#state = "connected";
    this.#reason = problem;
    this.#lostMs = undefined;
    this.#retryMs = FIRST_RETRY_MS;
    if (problem !== "") this.#tell(problem);
    else if (this.#told !== "") {
      this.#told = "";
      this.options.warn(`${this.status().what} goes on`);
    }
  }

  /** @param askedMs when what failed was asked: it may have been waited for */
  #lost(error: unknown, askedMs: number): void {
    if (this.#state === "stopped") return;
    this.#connection.reset();
    this.#subscribedMs = Number.NEGATIVE_INFINITY;
    const { sentence, mayPass } = this.#problem(error);
    this.#state = "retrying";
    this.#reason = `${sentence}; next attempt ${this.#retryMs / 1000} s later`;
    const { clock } = this.options;
    this.#lostMs ??= askedMs;
    if (clock.now() - this.#lostMs >= TELL_MS || !mayPass) this.#tell(sentence);
  }

  /** Brokers have been asked, and may still answer. */
  #silent(): void {
    if (this.#state === "stopped") return;
    const { sentence } = this.#problem(SILENCE);
    this.#state = "retrying";
    this.#reason = `${sentence}; its answer is waited for`;
    this.#tell(sentence);
  }

  #problem(error: unknown): KafkaProblem {
    const { brokers } = this.#reading.client;
    const { groupId, subscription } = this.#from;
    return kafkaProblem(error, { brokers, topic: topicsOf(subscription), group: groupId });
  }

  /** Each problem once, however often it is met. */
  #tell(problem: string): void {
    if (problem === this.#told) return;
    this.#told = problem;
    this.options.told(problem);
    this.options.warn(problem);
  }

  #brokers(): string {
    return this.#reading.client.brokers.join(", ");
  }

  #wait(ms: number): Promise<void> {
    const { clock } = this.options;
    return new Promise((resolve) => {
      const cancel = clock.at(clock.now() + ms, resolve);
      this.#cancelWait = () => {
        cancel();
        resolve();
      };
    });
  }
}

/**
 * What a batch takes of each partition: all that is there, up to a limit of its own and one of all together, which is shared by
 * what waits in each.
 */
function cut(followed: readonly Followed[], limit: number, limitOfEach: number): OffsetRange[] {
  const waiting = followed.map(({ position, end }) => Math.min(Math.max(0, end - position), limitOfEach));
  const all = waiting.reduce((sum, count) => sum + count, 0);
  const share = all > limit ? limit / all : 1;
  return followed.map(({ topic, partition, position }, index) => {
    const count = Math.ceil((waiting[index] ?? 0) * share);
    return { topic, partition, fromOffset: position, untilOffset: position + count };
  });
}

function nameOf({ topic, partition }: TopicPartition): string {
  return `${topic} ${partition}`;
}

function inOrder(a: Followed, b: Followed): number {
  return a.topic < b.topic ? -1 : a.topic > b.topic ? 1 : a.partition - b.partition;
}

/** Of a topic that was made anew, or whose last records were lost with a broker. */
function shrinking({ topic, partition, position, end }: Followed): string {
  return `${topic}, partition ${partition}, ends at offset ${end}, and was read up to ${position}: it was made anew, or lost what was last written; begin anew with another checkpoint folder or group, or wait until it is beyond that again`;
}
