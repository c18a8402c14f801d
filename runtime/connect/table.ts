import type { OpenSplit } from "../pool/connector.js";
import { openBinaryRecords } from "./files/binary-records.js";
import { openCheckpoint, openLocalCheckpoint } from "./files/checkpoint.js";
import { openCsv } from "./files/csv-file.js";
import { openJsonLines } from "./files/json-lines.js";
import { openObjectFile } from "./files/object-file.js";
import { createPart } from "./files/part-file.js";
import { openTextFile } from "./files/text-file.js";
import { openBinaryFiles, openWholeTextFiles } from "./files/whole-files.js";
import { openKafka } from "./kafka/kafka-split.js";
import { readRange } from "./read-range.js";
import { pipe } from "./subprocess/pipe.js";
import { httpSink, kafkaSink, sqliteSink, writeRows } from "./write-rows.js";

/** What opens the input of operators that read from outside, by their names. */
export const CONNECTORS: ReadonlyMap<string, OpenSplit> = new Map([
  ["textFile", openTextFile],
  ["wholeTextFiles", openWholeTextFiles],
  ["binaryFiles", openBinaryFiles],
  ["binaryRecords", openBinaryRecords],
  ["objectFile", openObjectFile],
  ["jsonLines", openJsonLines],
  ["csv", openCsv],
  ["checkpoint", openCheckpoint],
  ["localCheckpoint", openLocalCheckpoint],
  ["kafka", openKafka],
]);

/** What the lines of operators that reach outside call, as `library.name`. */
export const OUTSIDE = { createPart, httpSink, kafkaSink, pipe, readRange, sqliteSink, writeRows };
