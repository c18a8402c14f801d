import { Outputs } from "./dstream-outputs.js";

/**
 * A stream cut into batches, an RDD at each multiple of its slide, after Apache Spark's class of the same name.
 * Transformations describe; what is described runs when an output (print, foreachRDD) is there and the context started.
 *
 * Its operations stand in the classes it extends, one file each: transformations, those of windows, of pairs and of state, and
 * outputs.
 */
export class DStream<T> extends Outputs<T> {}
