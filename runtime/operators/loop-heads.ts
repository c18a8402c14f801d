/** Where a loop takes its records from: how a pass over some of them is called, and how each record is made. */

export type LoopHead = "lines" | "range" | "rows" | "pairs";

/** Names of the variables that hold a record. */
export type Record =
  /** @param told what a message tells of it, where that is another expression */
  { row: string; told?: string } | { key: string; value: string };

/** Ends the loop when its job was cancelled: looked at once a block of text, and once in so many rows. */
const CANCEL = "if (flag[0] !== 0) cancellation.stop();";

/**
 * Rows that one call of a pass takes in. So few that V8 does not replace a pass while it runs: with 1,024, every second program
 * of numbers stayed in such a replacement for good, at half the speed.
 */
const PASS_ROWS = 128;

/** Whether the lines of a loop read a variable. */
export type IsRead = (name: string) => boolean;

export interface Head {
  record(local: (prefix: string) => string): Record;
  /** What a pass is given: names that `passes` declares and `open` and `take` read. */
  columns: string;
  /** Runs `pass` until all rows were taken in. */
  passes(pass: string, record: Record, isRead: IsRead): string;
  /** Begins the loop of a pass. */
  open: string;
  /** Makes the record, inside the loop. */
  take(record: Record, isRead: IsRead): string;
}

/** A loop over `i`, which counts its records before it begins. */
const OPEN_ROWS = "records += to - from; for (let i = from; i < to; i++) {";

export const HEADS: { [H in LoopHead]: Head } = {
  lines: {
    record: (local) => ({ row: local("r") }),
    columns: "text",
    passes: (pass) => `for (const text of input.texts) { ${CANCEL} ${pass} }`,
    open: "for (let start = 0, end = 0, length = text.length; start < length; start = end + 1) {",
    // `\n` ends a line; a `\r` before it belongs to the end, as in BufferedReader.readLine.
    take: (record) =>
      [
        'end = text.indexOf("\\n", start); if (end < 0) end = length;',
        `${rowOf(record)} = text.slice(start, end > start && text.charCodeAt(end - 1) === 13 ? end - 1 : end);`,
        "records++;",
      ].join("\n"),
  },
  range: {
    record: (local) => ({ row: local("r") }),
    columns: "start, by, from, to",
    passes: (pass) => `const { start, step: by, length } = input; ${inPasses(pass)}`,
    // The number is counted on: a product is asked each time whether it is too large for an integer, or -0.
    open: "records += to - from; for (let i = from, number = start + from * by; i < to; i++, number += by) {",
    take: (record) => `${rowOf(record)} = number;`,
  },
  rows: {
    record: (local) => ({ row: local("r") }),
    columns: "inRows, from, to",
    passes: (pass) => `for (const { rows: inRows, length } of input.chunks) ${inPasses(pass)}`,
    open: OPEN_ROWS,
    take: (record) => `${rowOf(record)} = inRows[i];`,
  },
  pairs: {
    record: (local) => ({ key: local("k"), value: local("x") }),
    columns: "inKeys, inValues, from, to",
    // A column that nobody reads is not asked for: it may have to be made.
    passes: (pass, record, isRead) => {
      const { key, value } = pairOf(record);
      const columns = [
        `inKeys = ${isRead(key) ? "chunk.keys" : "[]"}`,
        `inValues = ${isRead(value) ? "chunk.values" : "[]"}`,
        "{ length } = chunk",
      ];
      return `for (const chunk of input.chunks) { const ${columns.join(", ")}; ${inPasses(pass)} }`;
    },
    open: OPEN_ROWS,
    take: (record, isRead) => {
      const { key, value } = pairOf(record);
      return [isRead(key) ? `${key} = inKeys[i];` : "", isRead(value) ? `${value} = inValues[i];` : ""].join(
        " ",
      );
    },
  },
};

/**
 * Lines that are read as JSON, each as a record of which some fields are read.
 * @param reader name of the JsonLines
 */
export function jsonLines(reader: string): Head {
  return {
    ...HEADS.lines,
    record: (local) => ({ row: local("r"), told: `${reader}.whole()` }),
    open: `${reader}.open(text); ${HEADS.lines.open}`,
    // What is no JSON is told as the fault of the first step.
    take: (record) =>
      `step = 0; records++; end = start; ${rowOf(record)} = ${reader}.at(start); end = ${reader}.end;`,
  };
}

function inPasses(pass: string): string {
  return `for (let from = 0; from < length; from += ${PASS_ROWS}) { ${CANCEL} const to = Math.min(from + ${PASS_ROWS}, length); ${pass} }`;
}

function pairOf(record: Record): Extract<Record, { key: string }> {
  return record as Extract<Record, { key: string }>;
}

function rowOf(record: Record): string {
  return (record as Extract<Record, { row: string }>).row;
}
