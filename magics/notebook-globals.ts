/** Types of the globals that every cell has besides the kernel's own. Declared globally, for the language service. */

import type * as millrace from "../runtime/index.js";
import type * as datasets from "./replay/datasets.js";

declare global {
  /** A record of `%replay earthquakes`. */
  type Earthquake = datasets.Earthquake;
  type RDD<T> = millrace.RDD<T>;
  type DStream<T> = millrace.DStream<T>;
  /** The state of a key, as the function of a `StateSpec` sees it. */
  type State<S> = millrace.State<S>;
  /** The notebook's SparkContext: RDDs on local worker threads. Made on first use. */
  const sc: millrace.SparkContext;
  /** The notebook's StreamingContext, with batches of one second. Made on first use. */
  const ssc: millrace.StreamingContext;
  /** RDDs on local worker threads: `new SparkContext({ workers: 4 })`. */
  const SparkContext: typeof millrace.SparkContext;
  /** Batches over streams: `new StreamingContext(sc, Seconds(2))`. */
  const StreamingContext: typeof millrace.StreamingContext;
  /** A span of time; most often made by `Seconds(1)`. */
  const Duration: typeof millrace.Duration;
  /** A point in time; batches are named by the time at which they end. */
  const Time: typeof millrace.Time;
  /** `n` milliseconds. */
  const Milliseconds: typeof millrace.Milliseconds;
  /** `n` seconds; fractions down to a millisecond are allowed. */
  const Seconds: typeof millrace.Seconds;
  /** `n` minutes; fractions down to a millisecond are allowed. */
  const Minutes: typeof millrace.Minutes;
  /** What `mapWithState` does: `StateSpec.function((key, value, state) => …).timeout(Minutes(30))`. */
  const StateSpec: typeof millrace.StateSpec;
  /** Where `persist` keeps an RDD: `StorageLevel.MEMORY_AND_DISK`. */
  const StorageLevel: typeof millrace.StorageLevel;
  /** Places keys by their hash: `new HashPartitioner(8)`. */
  const HashPartitioner: typeof millrace.HashPartitioner;
  /** Places keys by their order. */
  const RangePartitioner: typeof millrace.RangePartitioner;
  /** To be extended by accumulators of your own: `sc.register(new MyAccumulator())`. */
  const AccumulatorV2: typeof millrace.AccumulatorV2;
  /** To be extended by receivers of your own: `ssc.receiverStream(new MyReceiver())`. */
  const Receiver: typeof millrace.Receiver;
  /** Spark's way to `ssc.kafkaDirectStream(…)`: `KafkaUtils.createDirectStream(ssc, LocationStrategies.PreferConsistent, ConsumerStrategies.Subscribe(topics, params))`. */
  const KafkaUtils: typeof millrace.KafkaUtils;
  /** Where tasks run, as Spark has it: all on this machine. */
  const LocationStrategies: typeof millrace.LocationStrategies;
  /** What a stream of Kafka reads, as Spark has it. */
  const ConsumerStrategies: typeof millrace.ConsumerStrategies;
  /** Records of a partition of Kafka's: `OffsetRange.create("words", 0, 100, 200)`, for `KafkaUtils.createRDD` and `commitAsync`. */
  const OffsetRange: typeof millrace.OffsetRange;
  /** Prints the delays of batches: `ssc.addStreamingListener(new StatsReportListener(10))`. */
  const StatsReportListener: typeof millrace.StatsReportListener;
  /** The files of a Hadoop cluster: `await new WebHdfs("hdfs://localhost").list("/tmp")`. */
  const WebHdfs: typeof millrace.WebHdfs;
}
