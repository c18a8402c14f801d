import { OutsideError } from "../../pool/connector.js";
import { taskCount } from "../../pool/task-counts.js";
import { StreamError } from "../../stream-error.js";
import type { BadLines } from "./bad-lines.js";
import type { FileSplit } from "./file-split.js";
import { lineNumberAt } from "./line-number.js";

/** A range of a file, and what becomes of its bad lines. Plain data. */
export interface ParsedSplit extends FileSplit {
  badLines: BadLines;
  /** Under which the number of them is told to the program. */
  counter: string;
  partition: number;
}

/** Splits with the policy, in the order of the partitions. */
export function parsedSplits(
  splits: readonly FileSplit[],
  badLines: BadLines,
  counter: string,
): ParsedSplit[] {
  return splits.map((split, partition) => ({ ...split, badLines, counter, partition }));
}

const SHOWN_CHARACTERS = 200;

/** The bad lines of one split, in its task. */
export class BadLineCounter {
  readonly #count: { value: number };

  /** @param what a line should be: "JSON" */
  constructor(
    private readonly split: ParsedSplit,
    private readonly what: string,
  ) {
    this.#count = taskCount(split.counter, split.partition);
  }

  /**
   * Does with a bad line what is to be done. `position` is asked for when it is told of only.
   * @param rows to which null is added, by that policy
   * @param position in bytes, in the file
   * @throws OutsideError RT_BAD_LINE
   */
  add(rows: unknown[], line: string, why: unknown, position: () => number): void {
    if (this.split.badLines === "fail") throw this.#error(line, why, position());
    this.#count.value += 1;
    if (this.split.badLines === "null") rows.push(null);
  }

  #error(line: string, why: unknown, position: number): OutsideError {
    const number = lineNumberAt(this.split, position);
    const shown = line.length > SHOWN_CHARACTERS ? `${line.slice(0, SHOWN_CHARACTERS)}…` : line;
    const reason = why instanceof Error ? why.message : String(why);
    return new OutsideError(
      new StreamError(
        "RT_BAD_LINE",
        `line ${number} of ${this.split.path} is no ${this.what}: ${shown} (${reason}); give badLines: "skip" to leave such lines out, or "null"`,
      ),
    );
  }
}
