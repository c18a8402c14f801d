/** Places in text, and how a place in generated text is followed back to the text it came from. */

import {
  LEAST_UPPER_BOUND,
  originalPositionFor,
  type SourceMapInput,
  TraceMap,
} from "@jridgewell/trace-mapping";

export interface Position {
  /** From 1. */
  line: number;
  /** From 0, in UTF-16 units. */
  column: number;
}

/** The map of one rewriting of a text; called only when an error must be placed, then each time the same. */
export type SourceMapMaker = () => SourceMapInput;

/** Where the parts of a generated text came from. */
export interface Origins {
  /** The place in the user's text, or undefined when it is text that was added. */
  original(position: Position): Position | undefined;
}

/** Maps of the chain that was asked last: a stack asks one chain often, and decoded maps are large. */
let latest: { chain: PositionChain; maps: TraceMap[] } | undefined;

/** Follows positions back through several rewritings, the last one first. */
export class PositionChain implements Origins {
  readonly #makers: readonly SourceMapMaker[];

  /** @param makers the maps of the rewritings, in the order in which they were done */
  constructor(makers: readonly SourceMapMaker[]) {
    this.#makers = makers;
  }

  original(position: Position): Position | undefined {
    let at = position;
    for (const map of this.#maps().toReversed()) {
      const before = originalPositionFor(map, at);
      // What a rewriting put at the start of a line (`return (`) stands for what follows it.
      const found =
        before.line === null ? originalPositionFor(map, { ...at, bias: LEAST_UPPER_BOUND }) : before;
      if (found.line === null) return undefined;
      at = { line: found.line, column: found.column };
    }
    return at;
  }

  #maps(): TraceMap[] {
    if (latest?.chain !== this)
      latest = { chain: this, maps: this.#makers.map((make) => new TraceMap(make())) };
    return latest.maps;
  }
}

/** Line and column of a character of `text`. */
export function positionAt(text: string, offset: number): Position {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf("\n") + 1;
  return { line: before.split("\n").length, column: offset - lineStart };
}
