import { AsyncRDDActions } from "./rdd-async-actions.js";

/**
 * A collection cut into partitions that task threads work on, after Apache Spark's class of the same name.
 * Transformations describe; nothing runs until an action, and actions return promises.
 *
 * Its operations stand in the classes it extends, one file each: transformations, those of pairs, of ordered keys and
 * of numbers, and actions.
 */
export class RDD<T> extends AsyncRDDActions<T> {}
