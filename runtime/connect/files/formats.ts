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

/** A record of so many is turned into bytes by itself: to put its characters behind others would take longer. */
const LONG_CHARACTERS = TEXT_CHARACTERS / 8;

/** Of the room for these and a record beside them; as many bytes of UTF-8 as a character of JavaScript's may take. */
const MOST_CHARACTERS = 2 * TEXT_CHARACTERS;
const MOST_BYTES = 3;

/** A line for each record, `\n` after each. @param head what stands before them */
function lines(toText: (row: unknown) => string, head = ""): Format {
  return (emit) => {
    let text = head;
    const room = Buffer.allocUnsafeSlow(MOST_CHARACTERS * MOST_BYTES);
    const give = (characters: string) => {
      // What takes bytes is done with them when it returns: a new buffer for each would be garbage at once.
      const fits = characters.length <= MOST_CHARACTERS;
      emit(fits ? room.subarray(0, room.write(characters)) : Buffer.from(characters));
    };
    const flush = () => {
      give(text);
      text = "";
    };
    return {
      write(row) {
        const line = toText(row);
        if (line.length >= LONG_CHARACTERS) {
          flush();
          give(line);
          text = "\n";
        } else {
          text += `${line}\n`;
          if (text.length >= TEXT_CHARACTERS) flush();
        }
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
