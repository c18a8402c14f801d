import { splitsNode } from "../../operators/splits.js";
import { partitionCount } from "../../plan/counts.js";
import type { RddNode } from "../../plan/rdd-node.js";
import { type OpenSplit, OutsideError } from "../../pool/connector.js";
import { type RowChunk, rowChunk } from "../../pool/reader.js";
import { StreamError } from "../../stream-error.js";
import { BadLineCounter, type ParsedSplit, parsedSplits } from "./bad-line-counter.js";
import { type BadLines, checkBadLines } from "./bad-lines.js";
import {
  type CsvType,
  type CsvValues,
  columnNames,
  inferTypes,
  recordMaker,
  type ToRecord,
} from "./csv-columns.js";
import { csvRecords } from "./csv-records.js";
import { type CsvSyntax, NoRecord } from "./csv-syntax.js";
import { defaultMinSplits, splitFiles, wholeFile } from "./file-split.js";
import type { FileStatus } from "./file-system.js";
import { inputFiles } from "./input-files.js";

/** How a CSV file is written: of one character each. */
export interface CsvSyntaxOptions {
  /** Between fields; default `,`. */
  delimiter?: string;
  /** Around fields that have a delimiter, a quote or a line end in them; default `"`. Empty: no field is quoted. */
  quote?: string;
  /** Before a quote within a quoted field; default the quote, as RFC 4180 has it (Spark's is `\`). */
  escape?: string;
}

export interface CsvOptions extends CsvSyntaxOptions {
  /** The first record of each file has the names of its columns; default false, as in Spark. */
  header?: boolean;
  /** The names of the columns, in their order, instead of those in the files or where there are none. */
  columns?: readonly string[];
  /**
   * What the fields of columns are; those of others are texts. `"infer"`: what the first thousand records of the first file
   * fit. Fields of numbers, booleans and dates (ISO 8601) that are empty are null.
   */
  types?: Readonly<Record<string, CsvType>> | "infer";
  /**
   * True: quoted fields may have line ends in them. Then each file is one partition, since within a file nothing tells whether a
   * line end is in quotes but all that comes before. Default false, as in Spark: a record is a line, and a file is cut at line ends.
   */
  multiLine?: boolean;
  minPartitions?: number;
  /**
   * What becomes of a record with other fields than there are columns, with a field that is not of its type, or with quotes that
   * do not end: it fails the action (default), is left out, or becomes null. The last two are counted.
   */
  badLines?: BadLines;
}

/** What a record of files is that are read with these options. */
export type CsvRecord<O extends CsvOptions> = O extends { columns: readonly (infer Name extends string)[] }
  ? { [Column in Name]: CsvValue<O, Column> }
  : O extends { header: true }
    ? O extends { types: "infer" }
      ? Record<string, CsvValues[CsvType]>
      : O extends { types: Readonly<Record<infer Name extends string, CsvType>> }
        ? { [Column in Name]: CsvValue<O, Column> }
        : Record<string, string>
    : string[];

export type CsvValue<O extends CsvOptions, Column extends string> = O extends { types: "infer" }
  ? CsvValues[CsvType]
  : O extends { types: { readonly [C in Column]: infer Type extends CsvType } }
    ? CsvValues[Type]
    : string;

/** What the task of a split knows of its file. Plain data. */
interface CsvSplit extends ParsedSplit {
  syntax: CsvSyntax;
  header: boolean;
  columns: readonly string[] | undefined;
  types: Readonly<Record<string, CsvType>>;
  multiLine: boolean;
}

const INFERRED_RECORDS = 1000;

/**
 * @internal `csv(path)`: a record for each record of the files. Empty lines are none.
 * @param counter under which the number of bad lines is told to the program
 * @throws StreamError RT_CSV_SYNTAX, RT_CSV_COLUMNS, RT_BAD_LINES, RT_INPUT_MISSING, RT_FILE, RT_CODEC, RT_PARTITIONS
 */
export function csvNode(path: string, options: CsvOptions, parallelism: number, counter: string): RddNode {
  const { header = false, multiLine = false, badLines = "fail", minPartitions, columns } = options;
  const policy = checkBadLines(badLines);
  const syntax = csvSyntax(options);
  const files = inputFiles(path);
  const how = { syntax, header, columns, multiLine };
  checkNames(columns ?? [], path);
  const types = typesOf(options, files, how);
  const wanted =
    minPartitions === undefined ? defaultMinSplits(files, parallelism) : partitionCount(minPartitions);
  const splits = multiLine ? files.map(wholeFile) : splitFiles(files, wanted);
  return splitsNode(
    "csv",
    parsedSplits(splits, policy, counter).map((split): CsvSplit => ({ ...split, ...how, types })),
  );
}

/** @internal @throws StreamError RT_CSV_SYNTAX */
export function csvSyntax(options: CsvSyntaxOptions): CsvSyntax {
  const { delimiter = ",", quote = '"' } = options;
  const syntax = { delimiter, quote, escape: options.escape ?? quote };
  const isCharacter = (text: string) => text.length === 1 && text !== "\n" && text !== "\r";
  const isQuoting = quote === "" || (isCharacter(quote) && isCharacter(syntax.escape));
  if (isCharacter(delimiter) && isQuoting && delimiter !== quote && delimiter !== syntax.escape)
    return syntax;
  throw new StreamError(
    "RT_CSV_SYNTAX",
    `delimiter, quote and escape are one character each, the delimiter another one than the others, not ${JSON.stringify(syntax)}`,
  );
}

type How = Pick<CsvSplit, "syntax" | "header" | "columns" | "multiLine">;

/** Asks the first file what it has; the others are asked by their tasks. */
function typesOf(
  { types = {} }: CsvOptions,
  [first]: readonly FileStatus[],
  how: How,
): Record<string, CsvType> {
  if (first === undefined || (types !== "infer" && Object.keys(types).length === 0)) return {};
  const sample = firstRecords(first, how, types === "infer" ? INFERRED_RECORDS : 1);
  const columns = how.columns ?? (how.header ? columnNames(sample[0] ?? []) : undefined);
  if (columns === undefined) {
    throw new StreamError(
      "RT_CSV_COLUMNS",
      'types are those of columns, and these have no names here; give header: true, or columns: ["a", "b"]',
    );
  }
  if (types === "infer") return inferTypes(columns, sample.slice(how.header ? 1 : 0));
  checkTypes(types, columns, first.path);
  return { ...types };
}

/** A record has one field of each name. */
function checkNames(columns: readonly string[], path: string): void {
  const twice = columns.find((name, i) => columns.indexOf(name) < i);
  if (twice === undefined) return;
  throw new StreamError(
    "RT_CSV_COLUMNS",
    `${path} has two columns named ${twice} (${columns.join(", ")}); give columns with a name of its own for each`,
  );
}

function checkTypes(
  types: Readonly<Record<string, CsvType>>,
  columns: readonly string[],
  path: string,
): void {
  const kinds = ["string", "number", "boolean", "date"];
  for (const [column, type] of Object.entries(types)) {
    if (!kinds.includes(type))
      throw new StreamError("RT_CSV_COLUMNS", `the type of ${column} is ${kinds.join(", ")}, not ${type}`);
    if (columns.length > 0 && !columns.includes(column)) {
      throw new StreamError(
        "RT_CSV_COLUMNS",
        `${path} has no column ${column}, of which a type is given; its columns are ${columns.join(", ")}`,
      );
    }
  }
}

/** At most so many records of the beginning of a file, of those that are whole; in the program's thread too. */
function firstRecords(file: FileStatus, how: How, most: number): string[][] {
  const records: string[][] = [];
  for (const record of csvRecords(wholeFile(file), how)) {
    if (Array.isArray(record)) records.push(record);
    if (records.length >= most) break;
  }
  return records;
}

/** @internal In the task. */
export const openCsv: OpenSplit = (split) => ({ chunks: parsed(split as CsvSplit) });

/** Rows that go on at a time. */
const CHUNK_ROWS = 256;

function* parsed(split: CsvSplit): Generator<RowChunk, void> {
  const bad = new BadLineCounter(split, "CSV record");
  const toRecord = recordsMaker(split);
  const records = csvRecords(split, split);
  let rows: unknown[] = [];
  let isHeader = split.header && split.start === 0;
  for (const record of records) {
    if (isHeader) {
      isHeader = false;
      continue;
    }
    try {
      if (record instanceof NoRecord) throw record;
      rows.push(toRecord(record));
    } catch (error) {
      bad.add(rows, records.text(), wayOut(error, split), () => records.position());
    }
    if (rows.length < CHUNK_ROWS) continue;
    yield rowChunk(rows);
    rows = [];
  }
  yield rowChunk(rows);
}

/** The names of the columns are those of the file of the split, wherever it begins. */
function recordsMaker(split: CsvSplit): ToRecord {
  const { columns, header, types } = split;
  const names = columns ?? (header ? headerOf(split) : undefined);
  if (names === undefined) return (fields) => fields;
  try {
    checkNames(names, split.path);
    checkTypes(types, names, split.path);
  } catch (error) {
    throw new OutsideError(error);
  }
  return recordMaker(names, types);
}

function headerOf(split: CsvSplit): string[] {
  for (const record of csvRecords({ ...split, start: 0, end: split.size }, split)) {
    if (Array.isArray(record)) return columnNames(record);
    throw new OutsideError(
      new StreamError("RT_CSV_COLUMNS", `the header of ${split.path} cannot be read: ${record.message}`),
    );
  }
  return [];
}

/** A field that goes on in the next line is most often no damage. */
function wayOut(error: unknown, { multiLine }: CsvSplit): unknown {
  if (!(error instanceof NoRecord) || multiLine) return error;
  return `${error.message}; where fields have line ends in them, give multiLine: true`;
}
