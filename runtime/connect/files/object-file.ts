import { splitsNode } from "../../operators/splits.js";
import type { RddNode } from "../../plan/rdd-node.js";
import type { RowChunk } from "../../pool/reader.js";
import { byteReader } from "./byte-reader.js";
import { type FileSplit, readingSplit, wholeFile } from "./file-split.js";
import { inputFiles } from "./input-files.js";
import { readObjectChunks } from "./object-chunks.js";

/** `objectFile(path)`: a partition for each file that `saveAsObjectFile` wrote. @throws StreamError RT_INPUT_MISSING, RT_FILE */
export function objectFileNode(path: string): RddNode {
  return splitsNode("objectFile", inputFiles(path).map(wholeFile));
}

/** In the task. */
export const openObjectFile = (split: unknown): { chunks: Iterable<RowChunk> } => {
  const whole = split as FileSplit;
  return {
    chunks: readingSplit(whole, (file) => readObjectChunks(whole.path, byteReader(whole.path, file, 0))),
  };
};
