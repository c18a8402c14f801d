import type { FormatSpec } from "../connect/files/formats.js";
import { OutputFolder } from "../connect/files/output-folder.js";
import type { PartSpec } from "../connect/files/part-file.js";
import type { Patience } from "../connect/patience.js";
import { type RddNode, rddNode } from "../plan/rdd-node.js";
import type { OutputNode, SaveKind } from "../plan/stream-node.js";

/** How the records of each kind of output are written, and by which operator. */
const SAVES: Record<SaveKind, { op: string; format: FormatSpec["format"] }> = {
  saveAsTextFiles: { op: "saveAsTextFile", format: "text" },
  saveAsObjectFiles: { op: "saveAsObjectFile", format: "objects" },
  saveAsJsonFiles: { op: "saveAsJsonLines", format: "jsonLines" },
  saveAsCsvFiles: { op: "saveAsCsv", format: "csv" },
};

/** Whether an output writes files. */
export function isSave(output: OutputNode): output is OutputNode & { kind: SaveKind } {
  return output.kind in SAVES;
}

/**
 * Writes the records of a batch into a folder of its own, `prefix-<ms>.suffix`. It appears when all of it is written, in place
 * of one of the same name: a batch that is run again leaves what it would have left the first time.
 * @param patience with a folder that is out of reach
 * @param run computes an RDD: gives its rows
 */
export async function saveBatch(
  { kind, files }: OutputNode & { kind: SaveKind },
  rdd: RddNode,
  timeMs: number,
  patience: Patience,
  run: (node: RddNode) => Promise<unknown[]>,
): Promise<void> {
  const { prefix = "", suffix = "", layout } = files ?? {};
  const { op, format } = SAVES[kind];
  const folder = await OutputFolder.begin(batchPath(prefix, suffix, timeMs), patience, { replace: true });
  try {
    const spec = { folder: folder.writing, format, ending: "", layout } as PartSpec;
    await folder.commit((await run(rddNode(op, [rdd], [], spec, rdd.partitions))) as string[], "");
  } catch (error) {
    await folder.abort();
    throw error;
  }
}

/** Spark's name for the files of a batch. */
function batchPath(prefix: string, suffix: string, timeMs: number): string {
  return `${prefix === "" ? "" : `${prefix}-`}${timeMs}${suffix === "" ? "" : `.${suffix}`}`;
}
