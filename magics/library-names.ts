/** Names of the library that every cell has without an import. */
export const LIBRARY_NAMES = [
  "SparkContext",
  "StreamingContext",
  "Duration",
  "Time",
  "Milliseconds",
  "Seconds",
  "Minutes",
  "StateSpec",
  "StorageLevel",
  "HashPartitioner",
  "RangePartitioner",
  "AccumulatorV2",
  "Receiver",
  "KafkaUtils",
  "LocationStrategies",
  "ConsumerStrategies",
  "OffsetRange",
  "StatsReportListener",
  "WebHdfs",
] as const;

export type LibraryName = (typeof LIBRARY_NAMES)[number];
