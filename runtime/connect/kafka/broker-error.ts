/** An error that a broker answered for a partition or a group, by its number. */
export class BrokerError extends Error {
  override readonly name = "BrokerError";
  /** Kafka's name for it. */
  readonly type: string;
  readonly retriable: boolean;

  constructor(readonly code: number) {
    const [type, retriable] = ERRORS[code] ?? [`error ${code}`, false];
    super(type);
    this.type = type;
    this.retriable = retriable;
  }
}

/** Those that come with these requests: name, and whether it may pass. */
const ERRORS: Readonly<Record<number, readonly [type: string, retriable: boolean]>> = {
  1: ["OFFSET_OUT_OF_RANGE", false],
  2: ["CORRUPT_MESSAGE", true],
  3: ["UNKNOWN_TOPIC_OR_PARTITION", true],
  5: ["LEADER_NOT_AVAILABLE", true],
  6: ["NOT_LEADER_FOR_PARTITION", true],
  7: ["REQUEST_TIMED_OUT", true],
  8: ["BROKER_NOT_AVAILABLE", true],
  9: ["REPLICA_NOT_AVAILABLE", true],
  10: ["MESSAGE_TOO_LARGE", false],
  13: ["NETWORK_EXCEPTION", true],
  14: ["GROUP_LOAD_IN_PROGRESS", true],
  15: ["GROUP_COORDINATOR_NOT_AVAILABLE", true],
  16: ["NOT_COORDINATOR_FOR_GROUP", true],
  18: ["RECORD_LIST_TOO_LARGE", false],
  19: ["NOT_ENOUGH_REPLICAS", true],
  20: ["NOT_ENOUGH_REPLICAS_AFTER_APPEND", true],
  29: ["TOPIC_AUTHORIZATION_FAILED", false],
  30: ["GROUP_AUTHORIZATION_FAILED", false],
  45: ["OUT_OF_ORDER_SEQUENCE_NUMBER", false],
  46: ["DUPLICATE_SEQUENCE_NUMBER", false],
  47: ["INVALID_PRODUCER_EPOCH", false],
  48: ["INVALID_TXN_STATE", false],
  49: ["INVALID_PRODUCER_ID_MAPPING", false],
  51: ["CONCURRENT_TRANSACTIONS", true],
  53: ["TRANSACTIONAL_ID_AUTHORIZATION_FAILED", false],
  56: ["KAFKA_STORAGE_ERROR", true],
  59: ["UNKNOWN_PRODUCER_ID", false],
  74: ["FENCED_LEADER_EPOCH", true],
  75: ["UNKNOWN_LEADER_EPOCH", true],
  78: ["OFFSET_NOT_AVAILABLE", true],
  87: ["INVALID_RECORD", false],
  88: ["UNSTABLE_OFFSET_COMMIT", true],
  90: ["PRODUCER_FENCED", false],
  120: ["TRANSACTION_ABORTABLE", false],
};

/** @throws BrokerError */
export function check(code: number): void {
  if (code !== 0) throw new BrokerError(code);
}
