import { setTimeout as sleep } from "node:timers/promises";
import { StreamError } from "../../stream-error.js";
import { stopwatch } from "../../time/clock.js";
import type { KafkaClientSpec } from "./client.js";
import { type Broker, type Cluster, newCluster, type Request } from "./kafkajs.js";
import { type KafkaProblem, kafkaError, kafkaProblem, type Subject } from "./problem.js";
import { knowsTopicIds, READ_COMMITTED, topicIdsRequest } from "./requests.js";
import { featuresRequest, knowsFeatures } from "./transaction-requests.js";

export type CoordinatorKind = "group" | "transaction";

const COORDINATORS = { group: 0, transaction: 1 } as const;

/** Where the records of a partition begin and end, as ListOffsets has it in place of a time. */
export const EARLIEST = -2;
export const LATEST = -1;

const FIRST_WAIT_MS = 50;
const LAST_WAIT_MS = 2000;

/** How long a topic may have had more partitions without notice. */
const LOOK_MS = 10_000;

/** What is told of a problem that is waited for. */
export type Tell = (problem: string) => void;

/** The brokers of a cluster, for one thread. Connects when it is first asked for something, and anew after a failure. */
export class KafkaConnection {
  #cluster: Cluster | undefined;
  #lookedMs = stopwatch();
  /** Brokers by what they coordinate, until something fails. */
  readonly #coordinators = new Map<string, number>();

  /** Until something fails: brokers may be replaced. */
  #features: ReadonlyMap<string, number> | undefined;

  constructor(readonly spec: KafkaClientSpec) {}

  get subject(): Subject {
    return { brokers: this.spec.brokers };
  }

  /** All topics whose names match. */
  async topicsMatching(pattern: RegExp): Promise<string[]> {
    const cluster = await this.#connected();
    const broker = await cluster.brokerPool.findConnectedBroker();
    const { topicMetadata } = await broker.metadata([]);
    return topicMetadata
      .filter(({ topic, isInternal }) => !isInternal && pattern.test(topic))
      .map(({ topic }) => topic)
      .sort();
  }

  /** The partitions of topics as they are now; topics that are not there are left out. */
  async partitions(topics: readonly string[]): Promise<Map<string, number[]>> {
    const cluster = await this.#connected();
    const known = new Map<string, number[]>();
    cluster.targetTopics = new Set();
    // One that is missing fails the question for all.
    const areThere = await isThere(cluster, topics);
    for (const topic of topics) {
      if (!areThere && !(await isThere(cluster, [topic]))) continue;
      const partitions = cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId);
      known.set(
        topic,
        partitions.sort((a, b) => a - b),
      );
    }
    return known;
  }

  /** The ids of topics, by name; of brokers older than Kafka 2.8, which have none, none. */
  async topicIds(topics: readonly string[]): Promise<Map<string, string>> {
    const broker = await this.anyBroker();
    return knowsTopicIds(broker) ? this.send(broker, topicIdsRequest(topics)) : new Map();
  }

  /**
   * Where partitions have their first record of a time or later.
   * @param timestampMs or {@link EARLIEST}, {@link LATEST}: where what is committed ends
   * @returns offsets in the order of the partitions; -1 where there is no record of such a time
   */
  async offsets(
    partitions: readonly { topic: string; partition: number }[],
    timestampMs: number,
  ): Promise<number[]> {
    const cluster = await this.#connected();
    const leaders = new Map<number, { topic: string; partition: number }[]>();
    for (const one of partitions) {
      const leader = leaderOf(cluster, one.topic, one.partition);
      leaders.set(leader, [...(leaders.get(leader) ?? []), one]);
    }
    const found = new Map<string, number>();
    for (const [nodeId, led] of leaders) {
      const broker = await cluster.findBroker({ nodeId });
      const topics = [...new Set(led.map(({ topic }) => topic))].map((topic) => ({
        topic,
        partitions: led
          .filter((one) => one.topic === topic)
          .map(({ partition }) => ({ partition, timestamp: String(timestampMs) })),
      }));
      const { responses } = await broker.listOffsets({ isolationLevel: READ_COMMITTED, topics });
      for (const { topic, partitions: answers } of responses)
        for (const { partition, offset } of answers) found.set(`${topic} ${partition}`, Number(offset));
    }
    return partitions.map(({ topic, partition }) => found.get(`${topic} ${partition}`) ?? -1);
  }

  async leader(topic: string, partition: number): Promise<Broker> {
    const cluster = await this.#connected();
    if (!cluster.targetTopics.has(topic)) await cluster.addMultipleTargetTopics([topic]);
    return cluster.findBroker({ nodeId: leaderOf(cluster, topic, partition) });
  }

  /** How many partitions a topic has; looked at anew now and then. */
  async partitionCount(topic: string): Promise<number> {
    const cluster = await this.#connected();
    if (!cluster.targetTopics.has(topic)) await cluster.addMultipleTargetTopics([topic]);
    else if (this.#lookedMs() > LOOK_MS) {
      await cluster.refreshMetadata();
      this.#lookedMs = stopwatch();
    }
    return cluster.findTopicPartitionMetadata(topic).length;
  }

  /** The broker that keeps the offsets of a group, or the state of a transactional id. */
  async coordinator(id: string, kind: CoordinatorKind): Promise<Broker> {
    const cluster = await this.#connected();
    const known = this.#coordinators.get(`${kind} ${id}`);
    if (known !== undefined) return cluster.findBroker({ nodeId: known });
    // Brokers are known by the numbers of the metadata.
    if (cluster.targetTopics.size === 0) await cluster.addMultipleTargetTopics([]);
    const broker = await cluster.brokerPool.findConnectedBroker();
    const of = { groupId: id, coordinatorType: COORDINATORS[kind] };
    const { coordinator } = await broker.findGroupCoordinator(of);
    this.#coordinators.set(`${kind} ${id}`, coordinator.nodeId);
    return cluster.findBroker(coordinator);
  }

  async anyBroker(): Promise<Broker> {
    return (await this.#connected()).brokerPool.findConnectedBroker();
  }

  /** Whether all brokers add what is written in a transaction to it, and give each transaction a number of its own. */
  async numbersTransactions(): Promise<boolean> {
    const broker = await this.anyBroker();
    if (!knowsFeatures(broker)) return false;
    this.#features ??= await this.send(broker, featuresRequest());
    return (this.#features.get("transaction.version") ?? 0) >= 2;
  }

  /** @throws an error of type UNSUPPORTED_VERSION where the broker does not speak that of the request: it would only hang up */
  async send<T>(broker: Broker, request: Request<T>): Promise<T> {
    const { apiKey, apiName, apiVersion } = request.request;
    const { minVersion = 0, maxVersion = 0 } = broker.versions?.[apiKey] ?? {};
    if (apiVersion < minVersion || apiVersion > maxVersion) {
      const error = new Error(`version ${apiVersion} of ${apiName}`);
      throw Object.assign(error, { type: "UNSUPPORTED_VERSION", retriable: false });
    }
    return broker.connectionPool.send(request);
  }

  /**
   * Does what may fail while a broker is away, again and again with growing waits, each time on new connections.
   * @param tell takes the problem that is waited for, once
   * @throws StreamError RT_KAFKA for what does not pass, and when it has not passed after the patience of the client; the
   * signal's reason
   */
  async patiently<T>(subject: Subject, signal: AbortSignal, tell: Tell, work: () => Promise<T>): Promise<T> {
    const elapsedMs = stopwatch();
    let told = false;
    const tellOnce = (problem: KafkaProblem) => {
      if (!told) tell(problem.sentence);
      told = true;
    };
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(2 * waitMs, LAST_WAIT_MS)) {
      signal.throwIfAborted();
      const silent = setTimeout(() => tellOnce(kafkaProblem(SILENCE, subject)), SILENT_MS);
      try {
        return await work();
      } catch (error) {
        // What says all by itself.
        if (error instanceof StreamError) throw error;
        const problem = kafkaProblem(error, subject);
        if (!problem.mayPass) throw kafkaError(problem);
        if (elapsedMs() > this.spec.patienceMs) throw new GaveUp(problem, this.spec.patienceMs);
        if (elapsedMs() > TELL_MS) tellOnce(problem);
        if (QUIET.has(problem.type)) {
          await sleep(QUIET_WAIT_MS, undefined, { signal });
          continue;
        }
        this.reset();
        await sleep(waitMs, undefined, { signal });
      } finally {
        clearTimeout(silent);
      }
    }
  }

  /** Whoever asks next connects anew. */
  reset(): void {
    const cluster = this.#cluster;
    this.#cluster = undefined;
    this.#coordinators.clear();
    this.#features = undefined;
    // Its end is nobody's concern: it may be broken.
    cluster?.disconnect().catch(() => undefined);
  }

  async #connected(): Promise<Cluster> {
    this.#cluster ??= newCluster(this.spec);
    const cluster = this.#cluster;
    try {
      await cluster.connect();
    } catch (error) {
      if (this.#cluster === cluster) this.reset();
      throw error;
    }
    return cluster;
  }
}

/** A problem that passes within so long is not worth a word. */
export const TELL_MS = 2000;

/** What has not been answered for so long is told of, and waited for further: a broker that is busy, or sends much, still may. */
export const SILENT_MS = 7000;

/** A broker has not answered for {@link SILENT_MS}. */
export const SILENCE: Error = Object.assign(new Error("no answer"), { type: "TIMED_OUT" });

/** What another request of ours is the reason for: the connections are well. */
const QUIET: ReadonlySet<string> = new Set(["CONCURRENT_TRANSACTIONS", "UNSTABLE_OFFSET_COMMIT"]);

const QUIET_WAIT_MS = 4;

const CONNECTIONS = new Map<string, KafkaConnection>();

/** What tells connections apart. */
export function connectionKey(spec: KafkaClientSpec): string {
  return `${spec.brokers.join()} ${spec.clientId} ${spec.patienceMs} ${Buffer.from(spec.credentials).toString("base64")}`;
}

/** The connection of this thread to a cluster: tasks of all streams share it, and it stays between them. */
export function connectionOf(spec: KafkaClientSpec): KafkaConnection {
  const key = connectionKey(spec);
  const known = CONNECTIONS.get(key) ?? new KafkaConnection(spec);
  CONNECTIONS.set(key, known);
  return known;
}

/** RT_KAFKA: what may pass has not passed for as long as the client waits. */
export class GaveUp extends StreamError {
  constructor(
    readonly problem: KafkaProblem,
    patienceMs: number,
  ) {
    const sentence = `${problem.sentence}; it was tried for ${patienceMs / 1000} s (\`patience\` says how long)`;
    super("RT_KAFKA", kafkaError({ ...problem, sentence }).message);
  }
}

async function isThere(cluster: Cluster, topics: readonly string[]): Promise<boolean> {
  try {
    await cluster.addMultipleTargetTopics([...topics]);
    return true;
  } catch (error) {
    if ((error as { type?: string }).type !== "UNKNOWN_TOPIC_OR_PARTITION") throw error;
    return false;
  }
}

function leaderOf(cluster: Cluster, topic: string, partition: number): number {
  const found = cluster
    .findTopicPartitionMetadata(topic)
    .find(({ partitionId }) => partitionId === partition);
  if (found !== undefined && found.leader >= 0) return found.leader;
  const error = new Error(`${topic} has no partition ${partition} with a leader`);
  throw Object.assign(error, { type: "LEADER_NOT_AVAILABLE", retriable: true });
}
