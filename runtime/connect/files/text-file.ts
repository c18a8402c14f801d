import { splitsNode } from "../../operators/splits.js";
import { partitionCount } from "../../plan/counts.js";
import type { RddNode } from "../../plan/rdd-node.js";
import type { OpenSplit } from "../../pool/connector.js";
import { defaultMinSplits, type FileSplit, splitFiles } from "./file-split.js";
import { inputFiles } from "./input-files.js";
import { LineTexts } from "./line-texts.js";

/**
 * `textFile(path, minPartitions)`: the lines of files.
 * @param parallelism tasks that run at a time
 * @throws StreamError RT_INPUT_MISSING, RT_FILE, RT_FILE_SYSTEM, RT_CODEC, RT_PARTITIONS
 */
export function textFileNode(path: string, minPartitions: number | undefined, parallelism: number): RddNode {
  const files = inputFiles(path);
  const wanted =
    minPartitions === undefined ? defaultMinSplits(files, parallelism) : partitionCount(minPartitions);
  return splitsNode("textFile", splitFiles(files, wanted));
}

/** In the task: the lines that begin in the split. */
export const openTextFile: OpenSplit = (split) => ({ texts: new LineTexts(split as FileSplit) });
