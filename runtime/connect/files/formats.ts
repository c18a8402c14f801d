import { rowText } from "../../rows/row-text.js";
import { type CsvLayout, csvRow } from "./csv-syntax.js";
import { objectChunks } from "./object-chunks.js";
import type { Format } from "./row-writer.js";

/** What is said of a file that is written: in which format, and what that format must know. Plain data. */
export type FormatSpec = { format: "text" | "jsonLines" | "objects" } | { format: "csv"; layout: CsvLayout };

/** How records are written. */
export function formatOf(spec: FormatSpec): Format {
  return spec.format === "csv" ? csv(spec.layout) : FORMATS[spec.format];
}

const FORMATS = {
  text: lines(rowText),
  jsonLines: lines(jsonText),
  objects: objectChunks,
} satisfies Record<string, Format>;

/** Characters that are turned into bytes at a time. */
const TEXT_CHARACTERS = 64 << 10;

/** Of the room for these and a long record beside them; as many bytes of UTF-8 as a character of JavaScript's may take. */
const MOST_CHARACTERS = 2 * TEXT_CHARACTERS;
const MOST_BYTES = 3;

/** A line for each record, `\n` after each. @param head what stands before them */
function lines(toText: (row: unknown) => string, head = ""): Format {
  return (emit) => {
    let text = head;
    const room = Buffer.allocUnsafeSlow(MOST_CHARACTERS * MOST_BYTES);
    const flush = () => {
      // What takes bytes is done with them when it returns: a new buffer for each would be garbage at once.
      const fits = text.length <= MOST_CHARACTERS;
      emit(fits ? room.subarray(0, room.write(text)) : Buffer.from(text));
      text = "";
    };
    return {
      write(row) {
        text += `${toText(row)}\n`;
        if (text.length >= TEXT_CHARACTERS) flush();
      },
      end: flush,
    };
  };
}

function csv(layout: CsvLayout): Format {
  const toText = csvRow(layout);
  return lines(toText, layout.header ? `${toText(layout.columns)}\n` : "");
}

/** @throws TypeError for what JSON has no text for: undefined, a function, a BigInt, a circle */
function jsonText(row: unknown): string {
  const text = JSON.stringify(row);
  if (text === undefined) throw new TypeError(`JSON has no text for ${String(row)}`);
  return text;
}
