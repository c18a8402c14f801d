import type { UpdateForm } from "../operators/update-state-by-key.js";
import { type StreamNode, streamNode } from "../plan/stream-node.js";
import { StreamError } from "../stream-error.js";
import type { Time } from "../time/time.js";
import type { DStream } from "./dstream.js";
import { PairFunctions } from "./dstream-pair-functions.js";
import type { MapWithStateDStream } from "./map-with-state-dstream.js";
import { ANY, ANY_RDD, checkFunction, FLAG, FUNCTION, optional } from "./operands.js";
import { type Partitions, spreadOver } from "./partitioner.js";
import type { RDD } from "./rdd.js";
import type { AnyFunction } from "./rdd-base.js";
import type { Row } from "./row.js";
import { takes } from "./signatures.js";
import { StateSpec } from "./state-spec.js";

/** Operations that keep a state for each key from batch to batch. */
export abstract class StateFunctions<T> extends PairFunctions<T> {
  /**
   * Per batch, the state of every key, as `update` gives it: for the values that came in for the key, which may be none, and
   * its state so far. It is called for each key that has a state or came in; a key for which it gives undefined (or null) is
   * dropped. An `update` of four parameters is called with the batch's time and the key before these. TypeScript takes the state
   * of a function without types for a number: `(values, sum) => (sum ?? 0) + values.length`; any other is declared, as in
   * `(values, last?: string) => values.at(-1) ?? last`.
   * @param initialRDD states of keys from the start; of a key that is there twice, the first counts, as in Spark
   * @throws StreamError RT_PARTITIONS
   */
  updateStateByKey<K, V, S extends Row = number>(
    this: DStream<[K, V]>,
    update: (values: V[], state: S | undefined) => S | undefined | null,
    partitions?: Partitions<NoInfer<K>>,
    initialRDD?: RDD<[K, S]>,
  ): DStream<[K, S]>;
  updateStateByKey<K, V, S extends Row>(
    this: DStream<[K, V]>,
    update: (time: Time, key: K, values: V[], state: S | undefined) => S | undefined | null,
    partitions?: Partitions<NoInfer<K>>,
    rememberPartitioner?: boolean,
    initialRDD?: RDD<[K, S]>,
  ): DStream<[K, S]>;
  /**
   * The same for a partition as a whole: `update` is given `[key, values, state]` of each key, and gives the pairs of key and
   * state that there are from now on.
   * @param rememberPartitioner as in Spark, where it says whether keys stay as they are; it changes nothing here
   */
  updateStateByKey<K, V, S extends Row>(
    this: DStream<[K, V]>,
    update: (keys: IterableIterator<[key: K, values: V[], state: S | undefined]>) => Iterable<[K, S]>,
    partitions: Partitions<NoInfer<K>>,
    rememberPartitioner: boolean,
    initialRDD?: RDD<[K, S]>,
  ): DStream<[K, S]>;
  updateStateByKey<K, S>(
    update: AnyFunction,
    partitions?: Partitions<never>,
    ...rest: (boolean | RDD<[K, S]> | undefined)[]
  ): DStream<[K, S]> {
    checkFunction(update);
    const remembers = typeof rest[0] === "boolean";
    const initial = rest.find((argument): argument is RDD<[K, S]> => typeof argument === "object");
    const form: UpdateForm = update.length === TIMED_UPDATE ? "timed" : remembers ? "iterator" : "values";
    return this.context.derive(this.#stateful("updateStateByKey", update, partitions, initial, { form }));
  }

  /**
   * Per batch, what the function of `spec` gives for each pair, with the state of the pair's key at hand. Only the keys that
   * came in are touched: the cost is theirs, however many keys have a state.
   * @throws StreamError RT_STATE_SPEC, RT_PARTITIONS
   */
  mapWithState<K, V, S, E>(this: DStream<[K, V]>, spec: StateSpec<K, V, S, E>): MapWithStateDStream<K, S, E> {
    if (!(spec instanceof StateSpec))
      throw new StreamError(
        "RT_STATE_SPEC",
        "mapWithState takes a specification: StateSpec.function(f), with f of a key, a value and a state",
      );
    const { initial, partitioner, timeoutMs } = spec.parts;
    const params = { timed: spec.mapping.length === TIMED_MAPPING, timeoutMs };
    const self = this as StateFunctions<unknown>;
    const node = self.#stateful("mapWithState", spec.mapping, partitioner, initial, params);
    return this.context.deriveMapWithState(node);
  }

  #stateful(
    op: string,
    f: AnyFunction,
    partitions: Partitions<never> = this.parallelism(),
    initial: RDD<unknown> | undefined,
    params: object,
  ): StreamNode {
    const capture = (fn: AnyFunction) => this.context.sparkContext.capture(fn);
    const { spread, partitioner } = spreadOver(partitions, capture);
    const told = { ...params, ...spread, initial: initial && this.context.hold(initial) };
    const times = { slideMs: this.node.slideMs };
    return streamNode(op, [this.node], [capture(f), ...partitioner], told, times);
  }
}

takes(StateFunctions.prototype, {
  updateStateByKey: [
    { update: FUNCTION, partitions: ANY, initialRDD: optional(ANY_RDD) },
    { update: FUNCTION, partitions: ANY, rememberPartitioner: optional(FLAG), initialRDD: optional(ANY_RDD) },
  ],
});

/** Parameters of the functions that take the batch's time. */
const TIMED_UPDATE = 4;
const TIMED_MAPPING = 4;
