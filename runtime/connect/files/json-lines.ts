import { splitsNode } from "../../operators/splits.js";
import { partitionCount } from "../../plan/counts.js";
import type { RddNode } from "../../plan/rdd-node.js";
import type { OpenSplit } from "../../pool/connector.js";
import { type RowChunk, rowChunk } from "../../pool/reader.js";
import { BadLineCounter, type ParsedSplit, parsedSplits } from "./bad-line-counter.js";
import { type BadLines, checkBadLines } from "./bad-lines.js";
import { defaultMinSplits, splitFiles } from "./file-split.js";
import { inputFiles } from "./input-files.js";
import { LineTexts } from "./line-texts.js";

export interface JsonLinesOptions {
  minPartitions?: number;
  /** What becomes of a line that is no JSON: it fails the action (default), is left out, or becomes null. The last two are counted. */
  badLines?: BadLines;
}

/**
 * @internal `jsonLines(path)`: a record for each line of JSON. Empty lines are none.
 * @param counter under which the number of bad lines is told to the program
 * @throws StreamError RT_BAD_LINES for another policy, RT_INPUT_MISSING, RT_FILE, RT_CODEC, RT_PARTITIONS
 */
export function jsonLinesNode(
  path: string,
  options: JsonLinesOptions,
  parallelism: number,
  counter: string,
): RddNode {
  const { minPartitions, badLines = "fail" } = options;
  const policy = checkBadLines(badLines);
  const files = inputFiles(path);
  const wanted =
    minPartitions === undefined ? defaultMinSplits(files, parallelism) : partitionCount(minPartitions);
  return splitsNode("jsonLines", parsedSplits(splitFiles(files, wanted), policy, counter));
}

/** @internal In the task. */
export const openJsonLines: OpenSplit = (split) => ({ chunks: parsed(split as ParsedSplit) });

function* parsed(split: ParsedSplit): Generator<RowChunk, void> {
  const bad = new BadLineCounter(split, "JSON");
  const texts = new LineTexts(split);
  for (const text of texts) {
    const rows: unknown[] = [];
    let next = 0;
    for (const line of text.split("\n")) {
      const at = next;
      next += line.length + 1;
      if (line === "" || line === "\r") continue;
      try {
        rows.push(JSON.parse(line));
      } catch (error) {
        bad.add(rows, line, error, () => texts.position + Buffer.byteLength(text.slice(0, at)));
      }
    }
    yield rowChunk(rows);
  }
}
