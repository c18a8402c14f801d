import type { RddNode } from "../plan/rdd-node.js";
import type { Loop } from "./loop.js";
import { DEFAULT_CONCURRENCY } from "./map-async-options.js";
import { functionAt, isAsync, narrowOperator, onlyFunction, partitionOperator } from "./narrow.js";
import type { Operator } from "./operator.js";

/*
 * What actions ask of each partition: one record at most, or a few, which the program's thread puts together.
 */

/** `reduce(f)`: the records of a partition merged into one; none for an empty partition. */
export const reduce = narrowOperator("reduce", (loop, node) => {
  const result = loop.variable("0");
  const any = loop.variable("false");
  const f = onlyFunction(loop, node);
  loop.firstThen(any, `${result} = ${loop.row()};`, `${result} = ${f}(${result}, ${loop.row()});`);
  loop.restart(`${any} === true ? [${result}] : []`);
});

/** `aggregate(zero)(seqOp)`: the records of a partition merged into a copy of the zero. */
export const aggregate = fromZero("aggregate");

/** `fold(zero)(f)`: the same. */
export const fold = fromZero("fold");

function fromZero(name: string): Operator {
  return narrowOperator(
    name,
    (loop, node) => {
      const result = loop.variable("0");
      loop.before(`${result} = library.fresh(${loop.argument()});`);
      loop.line(`${result} = ${onlyFunction(loop, node)}(${result}, ${loop.row()});`);
      loop.restart(`[${result}]`);
    },
    { argument: (node) => (node.params as { zero: unknown }).zero },
  );
}

/** `max([compare])`: the greatest record of a partition, the first of equal ones; none for an empty partition. */
export const max = extreme("max", ">");

/** `min([compare])`: the least record. */
export const min = extreme("min", "<");

function extreme(name: string, sign: "<" | ">"): Operator {
  return narrowOperator(name, (loop, node) => {
    const compare = node.functions.length > 0 ? functionAt(loop, node, 0) : "library.compareRows";
    const row = loop.temporary();
    const best = loop.variable("0");
    const any = loop.variable("false");
    loop.line(`${row} = ${loop.row()};`);
    const better = `${compare}(${row}, ${best}) ${sign} 0`;
    loop.firstThen(any, `${best} = ${row};`, `if (${better}) ${best} = ${row};`);
    loop.restart(`${any} === true ? [${best}] : []`);
  });
}

/** `takeOrdered(n[, compare])`: the first `n` records of a partition by an order. */
export const takeOrdered = firstOf("takeOrdered", (compare) => compare);

/** `top(n[, compare])`: the last `n`, backwards. */
export const top = firstOf("top", (compare) => `(a, b) => ${compare}(b, a)`);

function firstOf(name: string, order: (compare: string) => string): Operator {
  return narrowOperator(
    name,
    (loop, node) => {
      const compare = node.functions.length > 0 ? functionAt(loop, node, 0) : "library.compareRows";
      const smallest = loop.variable();
      loop.before(`${smallest} = new library.Smallest(${loop.argument()}, ${order(compare)});`);
      loop.line(`${smallest}.add(${loop.row()});`);
      loop.restart(`${smallest}.rows()`);
    },
    { argument: (node) => (node.params as { limit: number }).limit },
  );
}

/** `stats()`: a StatCounter of a partition's numbers, as plain data. */
export const stats = narrowOperator("stats", (loop) => {
  const counter = loop.variable();
  loop.before(`${counter} = new library.StatCounter();`);
  loop.line(`${counter}.add(${loop.row()});`);
  loop.restart(`[${counter}.toPlain()]`);
});

/** `histogram(edges)`: how many of a partition's numbers are in each bucket. */
export const histogram = narrowOperator(
  "histogram",
  (loop) => {
    const edges = loop.variable();
    const counts = loop.variable();
    loop.before(`${edges} = ${loop.argument()}; ${counts} = new Array(${edges}.length - 1).fill(0);`);
    loop.line(`const bucket = library.bucketOf(${edges}, ${loop.row()});`);
    loop.line(`if (bucket >= 0) ${counts}[bucket]++;`);
    loop.restart(`[${counts}]`);
  },
  { argument: (node) => (node.params as { edges: number[] }).edges },
);

/** `lookup(key)`: the values of a key. */
export const lookup = narrowOperator(
  "lookup",
  (loop) => {
    const { key, value } = loop.pair();
    const isKey = loop.variable();
    loop.before(`${isKey} = library.equalTo(${loop.argument()});`);
    loop.line(`if (!${isKey}(${key})) continue;`);
    loop.setRow(value);
  },
  { argument: (node) => (node.params as { key: unknown }).key },
);

/** `foreach(f)`: runs `f` for each record and gives none. An async `f` is waited for, for a few records at a time. */
export const foreach = narrowOperator(
  "foreach",
  (loop, node) => {
    const f = onlyFunction(loop, node);
    if (isAsync(node)) {
      loop.iterateAwaiting(
        (rows, blame) => `library.mapAsync(${rows}, ${f}, ${DEFAULT_CONCURRENCY}, cancellation, ${blame})`,
        true,
      );
      loop.line("continue;");
      return;
    }
    loop.line(`library.noPromise(${f}(${loop.row()})); continue;`);
  },
  { awaits: true },
);

/** `foreachPartition(f)`: runs `f` for the iterator over each partition and gives no record. An async `f` is waited for. */
export const foreachPartition = partitionOperator(
  "foreachPartition",
  (loop, node) => {
    const f = onlyFunction(loop, node);
    if (isAsync(node))
      loop.iterateAwaiting(
        (rows) => `library.awaited(async () => { await ${f}(${rows}); return []; }, cancellation)`,
      );
    else loop.iterate((rows) => `(library.noPromise(${f}(${rows})), [])`);
  },
  { awaits: true },
);

/** `countApprox()`: the number of records of a partition. */
export const tally = narrowOperator("tally", (loop) => {
  const count = loop.variable();
  loop.before(`${count} = 0;`);
  loop.line(`${count}++;`);
  loop.restart(`[${count}]`);
});

/** `countByValueApprox()`: each value of a partition with the number of records that are equal to it. */
export const valueCounts = intoTable("valueCounts", (loop) => ({ key: loop.row(), value: "1" }));

/** `countByKeyApprox()` and the like: each key of a partition with the number of its pairs. */
export const keyCounts = intoTable("keyCounts", (loop) => ({ key: loop.pair().key, value: "1" }));

/** `reduceByKeyLocally(f)`: the pairs of a partition, those of each key merged into one. */
export const reduceLocally = intoTable("reduceLocally", (loop) => loop.pair(), onlyFunction);

/** Pairs that are merged by key in a table of the partition's own. @param merge name of the function; numbers are added */
function intoTable(
  name: string,
  pairOf: (loop: Loop) => { key: string; value: string },
  merge: (loop: Loop, node: RddNode) => string = () => "(a, b) => a + b",
): Operator {
  return narrowOperator(name, (loop, node) => {
    const table = loop.variable();
    const { key, value } = pairOf(loop);
    loop.before(`${table} = new library.KeyTable();`);
    loop.line(`${table}.merge(${key}, ${value}, ${merge(loop, node)});`);
    loop.restart(`${table}.keys.map((key, i) => [key, ${table}.values[i]])`);
  });
}

/** `countApproxDistinct()`: a sketch of a partition's values. */
export const sketch = narrowOperator(
  "sketch",
  (loop) => {
    const registers = loop.variable();
    loop.before(`${registers} = library.newSketch(${loop.argument()});`);
    loop.line(`library.addToSketch(${registers}, ${loop.row()});`);
    loop.restart(`[${registers}]`);
  },
  { argument: (node) => (node.params as { bits: number }).bits },
);
