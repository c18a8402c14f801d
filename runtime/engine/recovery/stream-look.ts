import { createHash } from "node:crypto";
import type { SourceSpec } from "../../operators/input.js";
import { stateForm } from "../../operators/table.js";
import { windowOf } from "../../operators/window.js";
import type { StreamNode } from "../../plan/stream-node.js";

/** What a stream that has no name of its own is known by to a later process. */
export interface StreamLook {
  /** The ids of its functions, with all that they capture. */
  functions: string;
  /** The texts of its functions, or what an input reads. */
  code: string;
  /** The same of all streams that it is made from. */
  lineage: string;
}

/** Looks at a stream: the same in each process that runs the same program, unless a function captures what is another each time. */
export function lookOf(stream: StreamNode): StreamLook {
  const known = looks.get(stream);
  if (known !== undefined) return known;
  const functions = stream.functions.map(({ id }) => id).join(" ");
  const code = hashOf(codeOf(stream));
  const lineage = hashOf([
    stream.op,
    ...stream.parents.flatMap((parent) => [lookOf(parent).code, lookOf(parent).lineage]),
  ]);
  const look = { functions, code, lineage };
  looks.set(stream, look);
  return look;
}

/** It is wanted with each batch, and the lineage of the lineage with it. */
const looks = new WeakMap<StreamNode, StreamLook>();

/** By which streams without a name are counted: the operator, or the kind of an input. */
export function kindOf({ op, params }: StreamNode): string {
  return op === "input" ? (params as SourceSpec).kind : op;
}

function codeOf(stream: StreamNode): readonly string[] {
  const texts = stream.functions.map(({ parts }) => parts[0]?.source ?? "");
  if (stream.op !== "input") return [...texts, stateForm(stream), `${windowOf(stream)} ${stream.slideMs}`];
  return [...texts, READS[(stream.params as SourceSpec).kind](stream.params as never)];
}

/** What an input of each kind reads, as far as one is told from another by that. */
const READS: { readonly [K in SourceSpec["kind"]]: (spec: Extract<SourceSpec, { kind: K }>) => string } = {
  socketText: ({ host, port }) => `${host}:${port}`,
  rawSocket: ({ host, port }) => `${host}:${port}`,
  files: ({ path, format }) => `${path} ${format}`,
  receiver: ({ what }) => what,
  rate: ({ rowsPerSecond }) => `${rowsPerSecond}`,
  replay: ({ rows }) => `${rows.length}`,
  sse: ({ url }) => url,
  webSocket: ({ url }) => url,
  httpPoll: ({ url }) => url,
  own: ({ what }) => what,
  kafka: ({ from }) => JSON.stringify((from as { subscription: unknown }).subscription),
  queue: () => "",
};

function hashOf(what: unknown): string {
  return createHash("sha256").update(JSON.stringify(what)).digest("hex");
}
