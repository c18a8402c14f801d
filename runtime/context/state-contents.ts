import type { StateLook } from "../engine/port.js";
import { statesOf } from "../operators/table.js";
import type { StreamNode } from "../plan/stream-node.js";
import { equalTo } from "../rows/key.js";
import { byRank, type PaneSight, type StateEntry, type StateQuery } from "../state/state-sight.js";
import { StreamError } from "../stream-error.js";
import type { DStream } from "./dstream.js";

/** What a state holds, and how much. */
export interface StateContents<K = unknown, S = unknown> {
  /** Name of the stream whose state it is. */
  stream: string;
  /** The batch after which it is like this, ms. */
  timeMs: number;
  /** Keys in all, and about how many bytes of heap they take with their values. */
  rows: number;
  bytes: number;
  /** What of them is on disk, as it lies there; 0 when all of it is in memory. */
  diskBytes: number;
  /** When the key that waits longest was last touched; undefined where nobody keeps such times. */
  oldestMs: number | undefined;
  /** Those that were asked for, the greatest numbers first. */
  entries: (StateEntry & { key: K; value: S })[];
  /** End and keys of each pane of a window, oldest first; undefined for a state that is none. */
  panes: PaneSight[] | undefined;
  partitions: number;
  /** Partitions that were lost with a worker, and are made again by the next batch: what is in them is not counted. */
  missing: number;
}

/** @internal How much a state held that was too large to be read by the stop of its streams. */
export type UnreadState = Pick<StateContents, "stream" | "timeMs" | "rows" | "diskBytes"> & {
  entries?: never;
};

/** @internal The stream whose state it is: the stream itself, or the one that it is made from. @throws StreamError RT_NO_STATE */
export function stateNode(stream: DStream<unknown>): StreamNode {
  const states = statesOf(stream.node);
  const [state] = states;
  if (state !== undefined && states.length === 1) return state;
  const names = states.map((node) => stream.context.streamOf(node).name).join(" and ");
  throw new StreamError(
    "RT_NO_STATE",
    state === undefined
      ? `\`${stream.name}\` (${stream.node.op}) keeps no state, nor does what it is made from; updateStateByKey, mapWithState and reduceByKeyAndWindow do`
      : `\`${stream.name}\` is made from ${states.length} states: ask for one of ${names}`,
  );
}

/** @internal What the workers gave, as one. */
export function stateContents(stream: string, look: StateLook, query: StateQuery): StateContents {
  const { sights, partitions, versionMs } = look;
  const entries = answering(query, sights.flatMap((sight) => sight.entries).sort(byRank));
  const oldest = sights.flatMap(({ oldestMs }) => (oldestMs === undefined ? [] : [oldestMs]));
  return {
    stream,
    timeMs: versionMs,
    rows: sights.reduce((sum, { rows }) => sum + rows, 0),
    bytes: sights.reduce((sum, { bytes }) => sum + bytes, 0),
    diskBytes: sights.reduce((sum, { diskBytes }) => sum + diskBytes, 0),
    oldestMs: oldest.length === 0 ? undefined : Math.min(...oldest),
    entries,
    panes: panesOf(sights.map((sight) => sight.panes)),
    partitions,
    missing: partitions - sights.length,
  };
}

/** Of what was kept for any question, what answers this one. */
function answering(query: StateQuery, entries: StateEntry[]): StateEntry[] {
  if ("limit" in query) return entries.slice(0, query.limit);
  const wanted = query.keys.map(equalTo);
  return entries.filter(({ key }) => wanted.some((isWanted) => isWanted(key)));
}

/** A pane has keys in each partition. */
function panesOf(parts: readonly (PaneSight[] | undefined)[]): PaneSight[] | undefined {
  const panes = new Map<number, number>();
  for (const { endMs, keys } of parts.flatMap((part) => part ?? []))
    panes.set(endMs, (panes.get(endMs) ?? 0) + keys);
  if (parts.every((part) => part === undefined)) return undefined;
  return [...panes].sort(([a], [b]) => a - b).map(([endMs, keys]) => ({ endMs, keys }));
}
