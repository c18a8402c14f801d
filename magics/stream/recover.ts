import { localAndUtc } from "../../kernel/port/table-cell.js";
import { absolutePath } from "../../runtime/connect/files/file-system.js";
import type { StreamingContext } from "../../runtime/context/streaming-context.js";
import { type CheckpointSummary, readCheckpoint } from "../../runtime/engine/recovery/checkpoint-summary.js";
import { stateDifference } from "../../runtime/engine/recovery/fit-states.js";
import { StreamError } from "../../runtime/stream-error.js";
import { checkpointTables, checkpointTitle } from "../inspect/checkpoint-tables.js";
import { numbered } from "../view/numbered.js";
import { shownAs } from "../view/shown-as.js";
import { table } from "../view/table.js";
import type { StreamCall } from "./stream-call.js";

/**
 * Has the next start go on where an earlier kernel ended, and says what that start will do. Nothing is started here: the cells
 * that declare the streams may be yet to be run.
 * @throws StreamError RT_NO_CHECKPOINT, RT_ACTIVE
 */
export async function recoverStreams(
  { session, states }: StreamCall,
  folder: string,
): Promise<CheckpointSummary> {
  const { context } = session;
  if (context.getState() === "ACTIVE")
    throw new StreamError(
      "RT_ACTIVE",
      "the streams run already; %stream stop first, to go on from a checkpoint",
    );
  const found = await readCheckpoint(folder);
  if (found === undefined)
    throw new StreamError(
      "RT_NO_CHECKPOINT",
      `there is no checkpoint in ${absolutePath(folder)}; %checkpoint FOLDER makes one`,
    );
  context.recoverFrom(found.folder, states ?? "refuse");
  const will = table(
    "what %stream start will do",
    ["", ""],
    plan(found, context, states).map((sentence, i) => [String(i + 1), sentence]),
  );
  return shownAs(found, checkpointTitle(found), [will, ...checkpointTables(found, context)]);
}

function plan(found: CheckpointSummary, context: StreamingContext, states: StreamCall["states"]): string[] {
  const declared = context.checkpointed().size > 0;
  return [
    ...(declared
      ? []
      : ["first run the cells that declare the streams and their outputs, under the same names"]),
    ...interval(found, context),
    ...(found.states.length === 0 ? [] : [statesPlan(found, context, states)]),
    again(found),
    due(found, context),
  ];
}

function interval({ batchMs }: CheckpointSummary, { batchDuration }: StreamingContext): string[] {
  return batchDuration.ms === batchMs
    ? []
    : [
        `it will be refused: the checkpoint is of batches of ${batchMs} ms, and the context has ${batchDuration.ms} ms`,
      ];
}

function statesPlan(
  found: CheckpointSummary,
  context: StreamingContext,
  states: StreamCall["states"],
): string {
  const all = `${numbered(found.states.length, "state", "states")} as after the batch at ${localAndUtc(found.committedMs)}`;
  const here = context.checkpointed();
  if (states === "reset")
    return `begin with empty states: ${all} ${found.states.length === 1 ? "is" : "are"} dropped`;
  if (here.size === 0) return `load ${all}`;
  const misfits = found.states.flatMap((state) => stateDifference(state, here.get(state.name)) ?? []);
  if (misfits.length === 0) return `load ${all}`;
  return states === "keep"
    ? `load ${all}, but for those that do not fit: ${misfits.join("; ")}`
    : `refuse, since ${misfits.join("; ")}: --states keep drops these, --states reset begins with empty ones`;
}

function again({ unfinished }: CheckpointSummary): string {
  if (unfinished.length === 0) return "run no batch again: each that was begun is done";
  const records = unfinished.reduce((sum, batch) => sum + batch.records, 0);
  const times = unfinished.map(({ timeMs }) => localAndUtc(timeMs));
  const shown = times.length > 3 ? `${times[0]} to ${times.at(-1)}` : times.join(", ");
  return `run ${numbered(unfinished.length, "batch", "batches")} again that ${unfinished.length === 1 ? "was" : "were"} begun and not done (${shown}), with the same ${numbered(records, "record", "records")}`;
}

function due({ committedMs, unfinished, batchMs }: CheckpointSummary, context: StreamingContext): string {
  if (context.hasManualClock) return "go on from there as the manual clock is advanced";
  const lastMs = unfinished.at(-1)?.timeMs ?? committedMs;
  const missed = Math.max(0, Math.floor((Date.now() - lastMs) / batchMs));
  return `make the ${numbered(missed, "batch", "batches")} that fell due since, from what the inputs still have, and go on`;
}
