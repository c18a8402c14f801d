import { splitsNode } from "../../operators/splits.js";
import { partitionCount } from "../../plan/counts.js";
import type { RddNode } from "../../plan/rdd-node.js";
import { type OpenSplit, OutsideError } from "../../pool/connector.js";
import { type RowChunk, rowChunk } from "../../pool/reader.js";
import { StreamError } from "../../stream-error.js";
import { defaultMinSplits, type FileSplit, splitFiles } from "./file-split.js";
import { inputFiles } from "./input-files.js";
import { lineNumberAt } from "./line-number.js";
import { LineTexts } from "./line-texts.js";

export interface JsonLinesOptions {
  minPartitions?: number;
  /** What becomes of a line that is no JSON: it fails the action (default), is left out, or becomes null. */
  badLines?: "fail" | "skip" | "null";
}

interface JsonSplit extends FileSplit {
  badLines: "fail" | "skip" | "null";
}

/**
 * `jsonLines(path)`: a record for each line of JSON. Empty lines are none.
 * @throws StreamError RT_BAD_LINES for another policy, RT_INPUT_MISSING, RT_FILE, RT_CODEC, RT_PARTITIONS
 */
export function jsonLinesNode(path: string, options: JsonLinesOptions, parallelism: number): RddNode {
  const { minPartitions, badLines = "fail" } = options;
  if (!["fail", "skip", "null"].includes(badLines))
    throw new StreamError("RT_BAD_LINES", `badLines is "fail", "skip" or "null", not ${String(badLines)}`);
  const files = inputFiles(path);
  const wanted =
    minPartitions === undefined ? defaultMinSplits(files, parallelism) : partitionCount(minPartitions);
  return splitsNode(
    "jsonLines",
    splitFiles(files, wanted).map((split): JsonSplit => ({ ...split, badLines })),
  );
}

/** In the task. */
export const openJsonLines: OpenSplit = (split) => ({ chunks: parsed(split as JsonSplit) });

function* parsed(split: JsonSplit): Generator<RowChunk, void> {
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
        if (split.badLines === "fail")
          throw badLine(split, texts.position + Buffer.byteLength(text.slice(0, at)), line, error);
        if (split.badLines === "null") rows.push(null);
      }
    }
    yield rowChunk(rows);
  }
}

const SHOWN_CHARACTERS = 200;

function badLine(split: FileSplit, position: number, line: string, error: unknown): OutsideError {
  const number = lineNumberAt(split, position);
  const shown = line.length > SHOWN_CHARACTERS ? `${line.slice(0, SHOWN_CHARACTERS)}…` : line;
  const why = error instanceof Error ? error.message : String(error);
  return new OutsideError(
    new StreamError(
      "RT_BAD_LINE",
      `line ${number} of ${split.path} is no JSON: ${shown} (${why}); give badLines: "skip" to leave such lines out, or "null"`,
    ),
  );
}
