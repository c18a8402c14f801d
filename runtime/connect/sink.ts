/** Which batch is written. A batch that is run again, after a failure or in a later process, is the same. */
export interface SinkBatch {
  /** No other batch has it: neither of this run nor, with a checkpoint or without, of another. */
  id: string;
  /** What all batches of a run have in common; a later process that goes on with its checkpoint has it too. */
  run: string;
  /** Batches of a run are written in the order of their times. */
  timeMs: number;
}

/** Which part of the batch a task writes. */
export interface SinkPartition {
  index: number;
  /** How many there are. */
  count: number;
}

/**
 * How often a record is seen by who reads what a sink wrote, though batches and tasks may be run again:
 * - `idempotent`: once. What a partition of a batch leaves takes the place of what it left before, by the batch's id
 * - `transactional`: once. Writers prepare, and the sink's `commit` makes all of the batch seen, or finds that it is
 * - `at least once`: a batch that is run again is seen again
 */
export type Delivery = "idempotent" | "transactional" | "at least once";

/** Writes one partition of one batch, in its task. All may be async, and is waited for. */
export interface SinkWriter<T> {
  /** Some of the rows, at most a thousand or so; not called for a partition without any. */
  write(rows: readonly T[]): unknown;
  /** All rows were written. @returns plain data for the sink's `commit`, of a transactional sink */
  commit(): unknown;
  /** The task failed, or was cancelled: what was written is to be undone, as far as it can. */
  abort?(): unknown;
}

/**
 * Where the records of a stream go. `open` runs in the task threads and `commit` in the engine's, so that a busy program delays
 * neither: each is a function that travels, as those of `map` do, and does not use `this`.
 */
export interface Sink<T> {
  /** For people: "table of counts". */
  what: string;
  delivery: Delivery;
  /** Begins one partition of one batch. @param signal is aborted when the task is cancelled */
  open(
    batch: SinkBatch,
    partition: SinkPartition,
    signal: AbortSignal,
  ): SinkWriter<T> | Promise<SinkWriter<T>>;
  /**
   * Makes a whole batch seen, of a transactional sink. Called when all its partitions are prepared, and again when it is not known
   * whether that call came to its end: then nothing is to be done.
   * @param prepared what the writers' `commit` gave, in the order of the partitions
   */
  commit?(batch: SinkBatch, prepared: unknown[]): unknown;
}
