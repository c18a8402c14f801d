import type { RddNode } from "../plan/rdd-node.js";
import type { StreamNode } from "../plan/stream-node.js";
import type { Reader } from "../pool/reader.js";
import { aggregateByKey, foldByKey } from "./aggregate-by-key.js";
import { cartesian, eachOfAll } from "./cartesian.js";
import { checkpoints } from "./checkpoint.js";
import { cogroup } from "./cogroup.js";
import { combineByKey } from "./combine-by-key.js";
import { count } from "./count.js";
import { countApproxDistinctByKey } from "./count-approx-distinct-by-key.js";
import { countByKey, countByValue } from "./count-by-value.js";
import { defined } from "./defined.js";
import { distinct } from "./distinct.js";
import { filter } from "./filter.js";
import { filterByRange } from "./filter-by-range.js";
import { flatMap } from "./flat-map.js";
import { flatMapValues } from "./flat-map-values.js";
import { glom } from "./glom.js";
import { groupByKey } from "./group-by-key.js";
import { input } from "./input.js";
import { fullOuterJoin, join, leftOuterJoin, rightOuterJoin } from "./join.js";
import { keyBy } from "./key-by.js";
import { keys } from "./keys.js";
import { lines } from "./lines.js";
import { map } from "./map.js";
import { mapAsync } from "./map-async.js";
import { mapPartitions, mapPartitionsWithIndex } from "./map-partitions.js";
import { mapValues } from "./map-values.js";
import { mapWithState, stateSnapshots } from "./map-with-state.js";
import type { Operator, RddLowering, StreamLowering } from "./operator.js";
import { parallelize } from "./parallelize.js";
import {
  aggregate,
  fold,
  foreach,
  foreachPartition,
  histogram,
  keyCounts,
  lookup,
  max,
  min,
  reduce,
  reduceLocally,
  sketch,
  stats,
  takeOrdered,
  tally,
  top,
  valueCounts,
} from "./partials.js";
import { partitionBy } from "./partition-by.js";
import { pipe } from "./pipe.js";
import { range } from "./range.js";
import { generate, rate } from "./rate.js";
import { readRanges } from "./read-ranges.js";
import { reduceByKey } from "./reduce-by-key.js";
import { reduceByKeyAndWindow } from "./reduce-by-key-and-window.js";
import { coalesce, repartition } from "./repartition.js";
import { rolling } from "./rolling.js";
import { runJob } from "./run-job.js";
import { sample, sampleWithReplacement } from "./sample.js";
import { sampleByKey, sampleByKeyExact } from "./sample-by-key.js";
import { saves } from "./save.js";
import { rangeEndsOperator, sortBy, sortByKey, sortWithinPartitions } from "./sort.js";
import { splits } from "./splits.js";
import { intersection, subtract, subtractByKey } from "./subtract.js";
import { transform } from "./transform.js";
import { underNull } from "./under-null.js";
import { union } from "./union.js";
import { unionAligned } from "./union-aligned.js";
import { updateStateByKey } from "./update-state-by-key.js";
import { values } from "./values.js";
import { window } from "./window.js";
import { writes } from "./write.js";
import { zip, zipPartitions } from "./zip.js";
import { zipWithIndex } from "./zip-with-index.js";
import { zipWithUniqueId } from "./zip-with-unique-id.js";

/** All operators there are. */
const OPERATORS: readonly Operator[] = [
  parallelize,
  lines,
  ...splits,
  ...saves,
  ...checkpoints,
  ...writes,
  pipe,
  readRanges,
  input,
  transform,
  map,
  flatMap,
  filter,
  mapValues,
  reduceByKey,
  count,
  union,
  unionAligned,
  window,
  reduceByKeyAndWindow,
  updateStateByKey,
  mapWithState,
  stateSnapshots,
  aggregateByKey,
  foldByKey,
  combineByKey,
  distinct,
  flatMapValues,
  glom,
  groupByKey,
  keyBy,
  keys,
  mapAsync,
  mapPartitions,
  mapPartitionsWithIndex,
  partitionBy,
  values,
  cogroup,
  fullOuterJoin,
  join,
  leftOuterJoin,
  rightOuterJoin,
  intersection,
  subtract,
  subtractByKey,
  countByKey,
  countByValue,
  aggregate,
  fold,
  foreach,
  foreachPartition,
  histogram,
  lookup,
  max,
  min,
  reduce,
  stats,
  takeOrdered,
  top,
  range,
  rate,
  generate,
  rolling,
  coalesce,
  repartition,
  sortBy,
  sortByKey,
  rangeEndsOperator,
  underNull,
  zipWithIndex,
  zipWithUniqueId,
  zip,
  zipPartitions,
  cartesian,
  eachOfAll,
  defined,
  filterByRange,
  runJob,
  sample,
  sampleWithReplacement,
  sampleByKey,
  sampleByKeyExact,
  keyCounts,
  sortWithinPartitions,
  countApproxDistinctByKey,
  reduceLocally,
  sketch,
  tally,
  valueCounts,
];

const byName = new Map(OPERATORS.map((operator) => [operator.name, operator]));

/** How an RDD of this operator is computed. */
export function rddLowering(op: string): RddLowering {
  const lowering = byName.get(op)?.rdd;
  if (lowering === undefined) throw new Error(`no operator "${op}" computes an RDD`);
  return lowering;
}

/** Whether this operator waits for what async functions give. */
export function awaits(op: string): boolean {
  const lowering = byName.get(op)?.rdd;
  return lowering?.kind === "narrow" && lowering.awaits === true;
}

/** How a stream of this operator gets its RDDs. */
export function streamLowering(op: string): StreamLowering {
  const lowering = byName.get(op)?.stream;
  if (lowering === undefined) throw new Error(`no operator "${op}" makes a stream`);
  return lowering;
}

/** Whether streams of this operator keep a state in the workers. */
export function hasState(op: string): boolean {
  const lowering = byName.get(op)?.rdd;
  return lowering?.kind === "wide" && lowering.state !== undefined;
}

/** See `WideLowering.inMemory`. */
export function inMemory(node: RddNode): string | undefined {
  const lowering = byName.get(node.op)?.rdd;
  return lowering?.kind === "wide" ? lowering.inMemory?.(node) : undefined;
}

/** What the state of a stream is beside keys and values; empty where that is all. */
export function stateForm(stream: StreamNode): string {
  return byName.get(stream.op)?.stream?.stateForm?.(stream) ?? "";
}

/** Whether records move between partitions for this operator: a stage ends before it. */
export function isShuffled(op: string): boolean {
  return byName.get(op)?.rdd?.kind === "wide";
}

/** The streams with a state that a stream is made from, itself among them: on each way to the inputs the first one. */
export function statesOf(stream: StreamNode): StreamNode[] {
  if (hasState(stream.op)) return [stream];
  return [...new Set(stream.parents.flatMap(statesOf))];
}

/** All streams that hold a state among these and those that they are made from. */
export function allStatesOf(streams: readonly StreamNode[]): StreamNode[] {
  const seen = new Set<StreamNode>();
  const visit = (stream: StreamNode): void => {
    if (seen.has(stream)) return;
    seen.add(stream);
    stream.parents.forEach(visit);
  };
  streams.forEach(visit);
  return [...seen].filter(({ op }) => hasState(op));
}

/** The reduce sides of all wide operators, for the task threads. */
export const READERS: ReadonlyMap<string, Reader> = new Map(
  OPERATORS.flatMap(({ name, rdd }) => (rdd?.kind === "wide" ? [[name, rdd.reader] as const] : [])),
);
