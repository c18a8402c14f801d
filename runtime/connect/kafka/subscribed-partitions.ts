import type { KafkaConnection } from "./connection.js";
import { type Subscription, type TopicPartition, topicsOf } from "./subscription.js";

/** The partitions of a subscription as they are now, and in words what is not there; empty when all is. */
export async function subscribedPartitions(
  connection: KafkaConnection,
  subscription: Subscription,
): Promise<{ partitions: TopicPartition[]; missing: string }> {
  const topics = await topicNames(connection, subscription);
  const known = await connection.partitions(topics);
  const all = [...known].flatMap(([topic, numbers]) => numbers.map((partition) => ({ topic, partition })));
  if ("assign" in subscription) {
    const isThere = ({ topic, partition }: TopicPartition) => known.get(topic)?.includes(partition) === true;
    const missing = subscription.assign.filter((one) => !isThere(one));
    const names = missing.map(({ topic, partition }) => `${partition} of ${topic}`);
    return {
      partitions: subscription.assign.filter(isThere),
      missing:
        missing.length === 0 ? "" : `has no partition ${names.join(", ")}; it is read when it is there`,
    };
  }
  const missing = topics.filter((topic) => !known.has(topic));
  if (missing.length > 0)
    return { partitions: all, missing: `has no topic ${missing.join(", ")}; it is read when it is there` };
  const none =
    topics.length === 0
      ? `has no topic that ${topicsOf(subscription)} matches; one is read when it is there`
      : "";
  return { partitions: all, missing: none };
}

async function topicNames(connection: KafkaConnection, subscription: Subscription): Promise<string[]> {
  if ("topics" in subscription) return subscription.topics;
  if ("pattern" in subscription)
    return connection.topicsMatching(new RegExp(`^(?:${subscription.pattern})$`, subscription.flags));
  return [...new Set(subscription.assign.map(({ topic }) => topic))];
}
