import type { PortableFunction } from "../closure/portable-function.js";
import { type RddNode, rddNode } from "../plan/rdd-node.js";
import { type StreamNode, streamNode } from "../plan/stream-node.js";
import type { Loop } from "./loop.js";
import { functionAt } from "./narrow.js";
import type { Operator } from "./operator.js";

/** What a stream is written to, as the engine and the tasks know it. Plain data. */
export interface WriteParams {
  /** For people: what it is, and how often a record is seen there. */
  what: string;
  delivery: string;
  /** Of the functions: what each is for. */
  functions: string[];
  /** What else the operator's lines are told: where Kafka is. */
  to: unknown;
}

/** The same of one batch. */
export interface Writing extends WriteParams {
  batch: { id: string; run: string; timeMs: number };
}

/**
 * The records of each batch written to where a stream goes, partition by partition. Gives one record for each: what the writer
 * leaves for the sink's commit.
 */
function writeOperator(
  name: string,
  open: (loop: Loop, node: RddNode, told: string) => (blame: string) => string,
): Operator {
  return {
    name,
    rdd: {
      kind: "narrow",
      awaits: true,
      emit(loop, node) {
        loop.step(name, "");
        const told = loop.argument();
        const opens = open(loop, node, told);
        loop.iterateAwaiting(
          (rows, blame) => `library.writeRows(${rows}, ${opens(blame)}, ${told}, cancellation)`,
          true,
        );
      },
      argument: (node, index) => {
        const { batch, to } = node.params as Writing;
        return { batch, to, partition: { index, count: node.partitions } };
      },
    },
    stream: {
      rddAt(node, { parent, timeMs, run }) {
        const rdd = parent(0);
        const batch = { id: `${run}-${timeMs}`, run, timeMs };
        const params: Writing = { ...(node.params as WriteParams), batch };
        return rdd && rddNode(name, [rdd], node.functions, params, rdd.partitions);
      },
    },
  };
}

/** All operators that write where a stream goes. */
export const writes: readonly Operator[] = [
  writeOperator("writeTo", (loop, node) => {
    const open = functionAt(loop, node, 0);
    return () => open;
  }),
  ...Object.entries({
    saveToKafka: "kafkaSink",
    saveToHttp: "httpSink",
    saveToSqlite: "sqliteSink",
  }).map(([op, sink]) =>
    writeOperator(op, (loop, node, told) => {
      const { functions } = node.params as WriteParams;
      const makers = functions.map((name, index) => `${name}: ${functionAt(loop, node, index)}`);
      return (blame) => `library.${sink}(${told}.to, { ${makers.join(", ")} }, ${blame})`;
    }),
  ),
];

/** Whether streams of this operator are written where they go. */
export function isWrite(op: string): boolean {
  return writes.some(({ name }) => name === op);
}

/** @param op name of one of the operators of this file */
export function writeStream(
  op: string,
  stream: StreamNode,
  functions: PortableFunction[],
  params: WriteParams,
): StreamNode<WriteParams> {
  return streamNode(op, [stream], functions, params, { slideMs: stream.slideMs });
}
