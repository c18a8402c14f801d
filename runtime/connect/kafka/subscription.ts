export interface TopicPartition {
  topic: string;
  partition: number;
}

/** What a stream reads: topics, those whose names match, or partitions. Plain data. */
export type Subscription =
  | { topics: string[] }
  | { pattern: string; flags: string }
  | { assign: TopicPartition[] };

/** For people. */
export function topicsOf(subscription: Subscription): string {
  if ("topics" in subscription) return subscription.topics.join(", ");
  if ("pattern" in subscription) return `/${subscription.pattern}/${subscription.flags}`;
  return subscription.assign.map(({ topic, partition }) => `${topic} ${partition}`).join(", ");
}
