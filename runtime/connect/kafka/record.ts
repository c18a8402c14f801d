/** A record of a topic. */
export interface KafkaRecord<K = string, V = string> {
  topic: string;
  partition: number;
  /** Its place in the partition. */
  offset: number;
  /** Ms since 1970: when it was made, or where the topic says so, when the broker took it. */
  timestamp: number;
  /** Null where it was written without one. */
  key: K | null;
  /** Null where it says that its key is gone. */
  value: V | null;
  /** Texts by name; of several of one name the last. */
  headers: Readonly<Record<string, string>>;
}
