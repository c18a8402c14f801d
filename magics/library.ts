import { WebHdfs } from "../runtime/connect/hdfs/web-hdfs.js";
import { AccumulatorV2 } from "../runtime/context/accumulator-v2.js";
import { ConsumerStrategies, KafkaUtils, LocationStrategies } from "../runtime/context/kafka-utils.js";
import { OffsetRange } from "../runtime/context/offset-range.js";
import { HashPartitioner, RangePartitioner } from "../runtime/context/partitioner.js";
import { Receiver } from "../runtime/context/receiver.js";
import { SparkContext } from "../runtime/context/spark-context.js";
import { StateSpec } from "../runtime/context/state-spec.js";
import { StreamingContext } from "../runtime/context/streaming-context.js";
import { StatsReportListener } from "../runtime/context/streaming-listener.js";
import { StorageLevel } from "../runtime/rows/storage-level.js";
import { Duration, Milliseconds, Minutes, Seconds } from "../runtime/time/duration.js";
import { Time } from "../runtime/time/time.js";
import type { LibraryName } from "./library-names.js";

/** What every cell has of the library without an import: its types are in notebook-globals.ts. */
export const LIBRARY = {
  SparkContext,
  StreamingContext,
  Duration,
  Time,
  Milliseconds,
  Seconds,
  Minutes,
  StateSpec,
  StorageLevel,
  HashPartitioner,
  RangePartitioner,
  AccumulatorV2,
  Receiver,
  KafkaUtils,
  LocationStrategies,
  ConsumerStrategies,
  OffsetRange,
  StatsReportListener,
  WebHdfs,
} satisfies Record<LibraryName, unknown>;
