import type { PortableFunction } from "../closure/portable-function.js";
import { newNodeId, type RddNode } from "./rdd-node.js";

/**
 * A DStream as data: what it does to its parents' RDDs at each multiple of its slide. The RDD of a batch is made from it
 * by the operator of the same name.
 */
export interface StreamNode<P = unknown> {
  id: string;
  op: string;
  parents: StreamNode[];
  functions: PortableFunction[];
  params: P;
  /** An RDD exists at each multiple of this after the start of the context, in ms. */
  slideMs: number;
  /** How far back this stream reads its parents' RDDs, in ms; 0 when only those of the batch itself. */
  looksBackMs: number;
  /** Whether and where the rows of its RDDs are kept. */
  storage: RddNode["storage"];
  /** How often its RDDs are to be written to the checkpoint folder, in ms; 0 when that was not said. */
  checkpointMs: number;
  /** Of a stream that took another's place while the context ran: the state it goes on with. */
  goesOnWith?: string;
}

/** By what the workers know the state of a stream. */
export function stateKey({ goesOnWith, id }: StreamNode): string {
  return goesOnWith ?? id;
}

export function streamNode<P>(
  op: string,
  parents: StreamNode[],
  functions: PortableFunction[],
  params: P,
  times: { slideMs: number; looksBackMs?: number },
): StreamNode<P> {
  return {
    id: newNodeId(),
    op,
    parents,
    functions,
    params,
    slideMs: times.slideMs,
    looksBackMs: times.looksBackMs ?? 0,
    storage: "NONE",
    checkpointMs: 0,
  };
}

/** Outputs that write a folder of files for each batch. */
export type SaveKind = "saveAsTextFiles" | "saveAsObjectFiles" | "saveAsJsonFiles" | "saveAsCsvFiles";

/** Outputs that write each batch to where their stream goes, which is an operator of this name. */
export type WriteKind = "writeTo" | "saveToKafka" | "saveToHttp" | "saveToSqlite";

/** What is done with a stream's RDDs at the end. */
export interface OutputNode {
  id: string;
  kind: "print" | "observe" | "foreachRDD" | SaveKind | WriteKind;
  stream: StreamNode;
  /** Shown by `%stream status`, and what it is started and stopped by. */
  name: string;
  /** Where the records of each batch are written, of an output that does; of CSV, its `CsvLayout`. */
  files?: { prefix: string; suffix: string; layout?: unknown };
  /** Rows wanted; `largest` ranks pairs by their value, with `pairs` these only, and so many. Used by `print` and `observe`. */
  take: { limit: number; largest: boolean; pairs?: number };
  /** Opaque to the runtime: in a notebook, the cell that declared it and the display it feeds. */
  tag: unknown;
}
