/**
 * The public API: streams and RDDs with the semantics of Apache Spark Streaming, on local worker threads.
 * Millrace is an independent project, not affiliated with the Apache Software Foundation.
 */

export { STAYS_HERE } from "./closure/closure-host.js";
export type { BadLines } from "./connect/files/bad-lines.js";
export type { CodecName } from "./connect/files/codec.js";
export type { CsvType, CsvValues } from "./connect/files/csv-columns.js";
export type { CsvOptions, CsvRecord, CsvSyntaxOptions, CsvValue } from "./connect/files/csv-file.js";
export type { JsonLinesOptions } from "./connect/files/json-lines.js";
export type { HdfsOptions } from "./connect/hdfs/hdfs-options.js";
export type { HdfsWriteOptions, HdfsWriter } from "./connect/hdfs/hdfs-writer.js";
export { type HdfsReadRange, type HdfsStatus, WebHdfs } from "./connect/hdfs/web-hdfs.js";
export type { AvroOptions, AvroSchema } from "./connect/kafka/avro.js";
export type { KafkaClientOptions, KafkaSasl, KafkaTls } from "./connect/kafka/client.js";
export type { Decoded, DecoderName } from "./connect/kafka/decoders.js";
export type { KafkaRecord } from "./connect/kafka/record.js";
export type { TopicPartition } from "./connect/kafka/subscription.js";
export type { Undecodable } from "./connect/kafka/undecodable.js";
export type { OpenSource, OwnSource, SourceStart, Taken } from "./connect/own-source.js";
export type { Delivery, Sink, SinkBatch, SinkPartition, SinkWriter } from "./connect/sink.js";
export type { SourcePartition, SourceStatus } from "./connect/source.js";
export type { ServerSentEvent } from "./connect/sse-parser.js";
export { CollectionAccumulator, NumberAccumulator } from "./context/accumulator.js";
export { AccumulatorV2 } from "./context/accumulator-v2.js";
export type { BoundedDouble } from "./context/approximate.js";
export { BatchInfo, type StreamInputInfo } from "./context/batch-info.js";
export { Broadcast } from "./context/broadcast.js";
export type { OutputInfo } from "./context/declared-outputs.js";
export { DStream } from "./context/dstream.js";
export type { OutputOptions, SaveAsCsvFilesOptions } from "./context/dstream-outputs.js";
export type { Fractions } from "./context/fractions.js";
export { FutureAction } from "./context/future-action.js";
export type { JobInfo } from "./context/job-info.js";
export {
  type CanCommitOffsets,
  KafkaDStream,
  type OffsetAndMetadata,
  type OffsetCommitCallback,
} from "./context/kafka-dstream.js";
export type { KafkaSaveOptions, KafkaStreamOptions } from "./context/kafka-options.js";
export { type HasOffsetRanges, KafkaRDD } from "./context/kafka-rdd.js";
export {
  Assign,
  ConsumerStrategies,
  type ConsumerStrategy,
  type KafkaParams,
  KafkaUtils,
  LocationStrategies,
  type LocationStrategy,
  PreferBrokers,
  PreferConsistent,
  Subscribe,
  SubscribePattern,
} from "./context/kafka-utils.js";
export { MapWithStateDStream } from "./context/map-with-state-dstream.js";
export { OffsetRange } from "./context/offset-range.js";
export { OutputOperationInfo } from "./context/output-operation-info.js";
export { ParsedRDD } from "./context/parsed-rdd.js";
export { PartialResult } from "./context/partial-result.js";
export {
  HashPartitioner,
  type Partitioner,
  type Partitions,
  RangePartitioner,
} from "./context/partitioner.js";
export { RDD } from "./context/rdd.js";
export type { CollectOptions, SaveAsCsvOptions } from "./context/rdd-actions.js";
export type { Dependency, Partition } from "./context/rdd-base.js";
export type { SortByOptions } from "./context/rdd-transformations.js";
export { Receiver } from "./context/receiver.js";
export type { Late, ReplayOptions } from "./context/replay-schedule.js";
export {
  type ResultOf,
  Rolling,
  type RollingResults,
  type RollingRow,
  type RollingSpec,
  type RollingWindow,
} from "./context/rolling.js";
export type { Row, Zero } from "./context/row.js";
export type { PartitionFunction, ResultHandler } from "./context/run-job.js";
export type { HttpSaveOptions, SqliteSaveOptions } from "./context/sink-options.js";
export type { Converter } from "./context/socket-receiver.js";
export { type SparkConf, SparkContext } from "./context/spark-context.js";
export type { StateContents } from "./context/state-contents.js";
export { StateSpec } from "./context/state-spec.js";
export type { StatusTracker } from "./context/status-tracker.js";
export type { HttpOptions, PollOptions, SocketLimits, WebSocketOptions } from "./context/stream-inputs.js";
export { StreamingContext } from "./context/streaming-context.js";
export type { StreamingContextState } from "./context/streaming-context-state.js";
export { StatsReportListener, type StreamingListener } from "./context/streaming-listener.js";
export type {
  BackpressureOptions,
  GetOrCreateOptions,
  StreamingOptions,
} from "./context/streaming-options.js";
export type { Action, Most } from "./engine/action.js";
export {
  type BatchInfo as PlainBatchInfo,
  type Fault,
  numRecords,
  type OutputOfBatch,
  processingDelayMs,
  schedulingDelayMs,
  totalDelayMs,
} from "./engine/batch-info.js";
export type { StageInfo } from "./engine/job.js";
export type { OutputTally } from "./engine/output-tallies.js";
export type { Peeked } from "./engine/peeked.js";
export { PID_DEFAULTS, PIDRateEstimator, type PidOptions } from "./engine/pid-rate-estimator.js";
export type { InputStatus, OutputStatus, RunStatus } from "./engine/run-status.js";
export type { OutputOperationInfo as PlainOutputOperationInfo, ReceiverInfo } from "./engine/stream-event.js";
export type { DependencyKind } from "./operators/dependencies.js";
export type { MapAsyncOptions } from "./operators/map-async-options.js";
export type { SaveKind, WriteKind } from "./plan/stream-node.js";
export type { Top } from "./rows/largest.js";
export type { RollingName } from "./rows/rolling.js";
export type { Compare } from "./rows/smallest.js";
export type { PlainStats, StatCounter } from "./rows/stat-counter.js";
export { StorageLevel, type StorageName } from "./rows/storage-level.js";
export type { State } from "./state/key-state.js";
export type { PaneSight, StateEntry, StateQuery } from "./state/state-sight.js";
export { StreamError } from "./stream-error.js";
export { Duration, type DurationLike, Milliseconds, Minutes, Seconds } from "./time/duration.js";
export { Interval } from "./time/interval.js";
export { Time } from "./time/time.js";
