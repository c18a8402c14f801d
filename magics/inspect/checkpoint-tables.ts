import type { Table } from "../../kernel/port/table.js";
import { bytesText, localAndUtc } from "../../kernel/port/table-cell.js";
import type { StreamingContext } from "../../runtime/context/streaming-context.js";
import type { CheckpointSummary } from "../../runtime/engine/recovery/checkpoint-summary.js";
import { stateDifference } from "../../runtime/engine/recovery/fit-states.js";
import { numbered } from "../view/numbered.js";
import { table } from "../view/table.js";

/** "done up to 14:03:21; 2 batches were begun and not done; 12 KiB". */
export function checkpointTitle(found: CheckpointSummary): string {
  const { folder, committedMs, zeroMs, unfinished, bytes, damaged, batchMs } = found;
  const done =
    committedMs === zeroMs
      ? "no batch is done"
      : `batches of ${batchMs} ms are done up to ${localAndUtc(committedMs)}`;
  const parts = [
    `the checkpoint in ${folder}: ${done}`,
    ...(unfinished.length === 0
      ? []
      : [`${numbered(unfinished.length, "batch was", "batches were")} begun and not done`]),
    bytesText(bytes),
    ...(damaged.length === 0 ? [] : [`damaged: ${damaged.join(", ")}`]),
  ];
  return parts.join("; ");
}

/** States, and whether the program's streams take them; inputs, and whether what they gave can be read again. */
export function checkpointTables(found: CheckpointSummary, context: StreamingContext): Table[] {
  const here = context.checkpointed();
  const declared = here.size > 0;
  const states = table(
    "states",
    [
      "state",
      "operator",
      { title: "after the batch at", kind: "time" },
      { title: "size", kind: "bytes" },
      { title: "partitions", kind: "number" },
      "in this program",
    ],
    found.states.map((state) => {
      const fits = declared ? (stateDifference(state, here.get(state.name)) ?? "goes on") : "";
      return [state.name, state.op, state.versionMs, state.bytes, state.partitions, fits];
    }),
  );
  const inputs = table(
    "inputs",
    ["input", "batches that were not done", "in this program"],
    found.inputs.map(({ name, replayable }) => [
      name,
      replayable ? "are run on the same records" : "lack its records: it cannot be read again",
      declared ? (here.has(name) ? "goes on" : "is not in it") : "",
    ]),
  );
  return [states, inputs];
}
