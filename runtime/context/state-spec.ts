import type { State } from "../state/key-state.js";
import { type Duration, type DurationLike, toDuration } from "../time/duration.js";
import type { Time } from "../time/time.js";
import { ANY_RDD, FUNCTION, PARTITIONER } from "./operands.js";
import { HashPartitioner, type Partitioner } from "./partitioner.js";
import type { RDD } from "./rdd.js";
import { takes } from "./signatures.js";

type Mapping<K, V, S, E> = (key: K, value: V | undefined, state: State<S>) => E | undefined;
type TimedMapping<K, V, S, E> = (time: Time, key: K, value: V | undefined, state: State<S>) => E | undefined;

/**
 * What `mapWithState` is to do, after Spark's class of the same name: a function, and what the state begins with, how it is
 * spread and when keys are dropped. Its methods change it and give it back.
 */
export class StateSpec<K, V, S, E> {
  #initial: RDD<[K, S]> | undefined;
  #partitioner: Partitioner<K> | undefined;
  #timeout: Duration | undefined;

  private constructor(
    /** @internal */
    readonly mapping: Mapping<K, V, S, E> | TimedMapping<K, V, S, E>,
  ) {}

  /**
   * The function is called for each pair of a batch, with the key, the value and the state of the key; one of four
   * parameters also with the batch's time, before them. What it gives is a record of the stream, unless it is undefined. For a
   * key that times out it is called once more, with an undefined value.
   */
  static function<K, V, S, E>(
    mapping: (time: Time, key: K, value: V | undefined, state: State<S>) => E | undefined,
  ): StateSpec<K, V, S, E>;
  static function<K, V, S, E>(
    mapping: (key: K, value: V | undefined, state: State<S>) => E | undefined,
  ): StateSpec<K, V, S, E>;
  static function<K, V, S, E>(
    mapping: Mapping<K, V, S, E> | TimedMapping<K, V, S, E>,
  ): StateSpec<K, V, S, E> {
    return new StateSpec(mapping);
  }

  /** Keys that have a state from the start; of a key that is there twice, the last counts, as in Spark. */
  initialState(rdd: RDD<[K, S]>): this {
    this.#initial = rdd;
    return this;
  }

  /** Over how many partitions the state is spread, by the hash of the keys. @throws StreamError RT_PARTITIONS */
  numPartitions(partitions: number): this {
    return this.partitioner(new HashPartitioner(partitions));
  }

  /** How the state is spread. */
  partitioner(partitioner: Partitioner<K>): this {
    this.#partitioner = partitioner;
    return this;
  }

  /** A key that was not touched for longer than this is dropped. @throws StreamError RT_DURATION */
  timeout(idle: DurationLike): this {
    this.#timeout = toDuration(idle);
    return this;
  }

  /** @internal */
  get parts(): {
    initial: RDD<[K, S]> | undefined;
    partitioner: Partitioner<K> | undefined;
    timeoutMs: number | undefined;
  } {
    return { initial: this.#initial, partitioner: this.#partitioner, timeoutMs: this.#timeout?.ms };
  }
}

takes(StateSpec, { function: { mapping: FUNCTION } });

takes(StateSpec.prototype, { initialState: { rdd: ANY_RDD }, partitioner: { partitioner: PARTITIONER } });
