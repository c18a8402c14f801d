import { stateForm } from "../../operators/table.js";
import type { StreamNode } from "../../plan/stream-node.js";
import { StreamError } from "../../stream-error.js";
import type { PastRun, StateInfo } from "./batch-log.js";
import { stateInfo } from "./run-log.js";

/** What to do where the states of a checkpoint are not those of the program: keep what fits, or begin all of them anew. */
export type OnChange = "keep" | "reset" | "refuse";

/**
 * The states of the run before that this program goes on with. A state is known by its name; it fits when it is of the same
 * operator, and spread alike.
 * @param warn is told what is another than it was and does no harm
 * @throws StreamError RT_CHECKPOINT_CHANGED when one does not fit, or is not there any more, and it is to be refused
 */
export function fitStates(
  past: PastRun,
  streams: ReadonlyMap<string, StreamNode>,
  onChange: OnChange,
  warn: (text: string) => void,
): StateInfo[] {
  if (onChange === "reset") return [];
  const differences: string[] = [];
  const fitting = past.states.filter((state) => {
    const difference = stateDifference(state, streams.get(state.name));
    if (difference !== undefined) differences.push(difference);
    return difference === undefined;
  });
  if (differences.length > 0 && onChange === "refuse") throw refused(differences.join("; "));
  if (differences.length > 0) warn(`states of the checkpoint are dropped: ${differences.join("; ")}`);
  for (const state of fitting) warnOf(state, streams.get(state.name), warn);
  return fitting;
}

/** A program that does not fit its checkpoint, with both ways out. */
export function refused(differences: string): StreamError {
  return new StreamError(
    "RT_CHECKPOINT_CHANGED",
    `the program is another than the one whose checkpoint this is: ${differences}. Give getOrCreate { onChange: "keep" } to keep the states that fit and drop these, or { onChange: "reset" } to begin with empty ones`,
  );
}

/**
 * Whether a stream can go on with a state; it is then spread as that one is.
 * @returns what does not fit
 */
export function fitState(state: StateInfo, stream: StreamNode): string | undefined {
  const difference = stateDifference(state, stream);
  if (difference === undefined) (stream.params as { partitions: number }).partitions = state.partitions;
  return difference;
}

/** Why a state of a checkpoint does not fit a stream of its name; undefined when it does. */
export function stateDifference(state: StateInfo, stream: StreamNode | undefined): string | undefined {
  if (stream === undefined) return `\`${state.name}\` (${state.op}) is not in it`;
  if (stream.op !== state.op)
    return `\`${state.name}\` was made by ${state.op}, and is made by ${stream.op} now`;
  const form = stateForm(stream);
  if (state.form !== undefined && state.form !== form)
    return `\`${state.name}\` was ${state.form}, and is ${form} now`;
  const { partitions, by } = stream.params as { partitions: number; by?: { kind: string } };
  if (partitions !== state.partitions && by !== undefined && by.kind !== "hash")
    return `\`${state.name}\` was spread over ${state.partitions} partitions, and its partitioner has ${partitions} now`;
  return undefined;
}

function warnOf(state: StateInfo, stream: StreamNode | undefined, warn: (text: string) => void): void {
  if (stream === undefined) return;
  const now = stateInfo(stream, state.name);
  if (now.functions !== state.functions)
    warn(`the functions of \`${state.name}\` are others than when its state was written; the state is kept`);
  else if (state.code !== undefined && now.code !== state.code)
    warn(`\`${state.name}\` has another window than when its state was written; the state is kept`);
  else if (state.lineage !== undefined && now.lineage !== state.lineage)
    warn(`\`${state.name}\` is made in another way than when its state was written; the state is kept`);
  if (now.partitions === state.partitions) return;
  warn(`\`${state.name}\` stays spread over ${state.partitions} partitions, as it was written`);
  (stream.params as { partitions: number }).partitions = state.partitions;
}
