/** The text after a magic's name → words. */

/** A word and whether any part of it was quoted: `"--rate"` is a value, not an option. */
export interface Word {
  text: string;
  quoted: boolean;
  /** Where it begins in the line. */
  start: number;
}

/**
 * Splits at blanks outside of quotes. Quotes may stand around a part of a word (`--title="a b"`); inside double
 * quotes a backslash takes the next character literally, elsewhere it is a character like others (Windows paths).
 * A word is read when it is asked for: what a magic takes as it stands is never split.
 * @throws Error when a quote is not closed
 */
export function* wordsOf(line: string): Generator<Word, undefined> {
  let at = 0;
  while (at < line.length) {
    if (/\s/.test(line.charAt(at))) at++;
    else {
      const { word, end } = readWord(line, at);
      yield word;
      at = end;
    }
  }
}

function readWord(line: string, start: number): { word: Word; end: number } {
  let text = "";
  let quoted = false;
  let at = start;
  while (at < line.length && !/\s/.test(line.charAt(at))) {
    const c = line.charAt(at);
    const opens = (c === '"' || c === "'") && (at === start || line[at - 1] === "=");
    if (opens) {
      const part = readQuoted(line, at);
      quoted ||= at === start;
      text += part.text;
      at = part.end;
    } else {
      text += c;
      at++;
    }
  }
  return { word: { text, quoted, start }, end: at };
}

function readQuoted(line: string, start: number): { text: string; end: number } {
  const quote = line.charAt(start);
  let text = "";
  for (let at = start + 1; at < line.length; at++) {
    const c = line.charAt(at);
    if (c === quote) return { text, end: at + 1 };
    if (c === "\\" && quote === '"' && at + 1 < line.length) text += line.charAt(++at);
    else text += c;
  }
  throw new Error(`the quote ${quote} in ${JSON.stringify(line.slice(start))} is not closed`);
}
