import { rowText } from "../../rows/row-text.js";
import { objectChunks } from "./object-chunks.js";

/** Turns records into the bytes of a file. */
export interface RowWriter {
  write(row: unknown): void;
  /** Hands on what is left. */
  end(): void;
}

export type Format = (emit: (bytes: Uint8Array) => void) => RowWriter;

/** How records are written. */
export const FORMATS = {
  text: lines(rowText),
  jsonLines: lines(jsonText),
  objects: objectChunks,
} satisfies Record<string, Format>;

export type FormatName = keyof typeof FORMATS;

/** Characters that are turned into bytes at a time. */
const TEXT_CHARACTERS = 64 << 10;

/** A line for each record, `\n` after each. */
function lines(toText: (row: unknown) => string): Format {
  return (emit) => {
    let text = "";
    const flush = () => {
      emit(Buffer.from(text));
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

/** @throws TypeError for what JSON has no text for: undefined, a function, a BigInt, a circle */
function jsonText(row: unknown): string {
  const text = JSON.stringify(row);
  if (text === undefined) throw new TypeError(`JSON has no text for ${String(row)}`);
  return text;
}
