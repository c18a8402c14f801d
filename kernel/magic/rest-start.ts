/** Where in a magic's line the value begins that is taken as it stands, for those who only know its summary. */

import type { MagicParamSummary } from "../port/language.js";
import { wordsOf } from "./split-words.js";

/**
 * The offset of the first word that is neither an option nor the value of one, by the same rules as the parser's;
 * undefined when there is none (yet), or when the magic takes other values before it.
 */
export function restStart(line: string, params: readonly MagicParamSummary[]): number | undefined {
  const [first] = params.filter(({ kind }) => kind === "positional");
  if (first?.rest === undefined) return undefined;
  const named = params.filter(({ kind }) => kind !== "positional");
  const isNamed = (word: string): boolean => named.length > 0 && /^-{1,2}[A-Za-z]/.test(word);
  let [isValue, optionsEnded] = [false, false];
  try {
    for (const { text, quoted, start } of wordsOf(line)) {
      if (isValue) isValue = false;
      else if (text === "--" && !quoted && !optionsEnded) optionsEnded = true;
      else if (optionsEnded || quoted || !isNamed(text))
        // The sign of an option that is being typed.
        return line.slice(start).trimEnd() === "-" ? undefined : start;
      else isValue = named.some((param) => param.kind === "option" && isWritten(param, text));
    }
  } catch {
    // A quote that is still open: what follows belongs to an option.
  }
  return undefined;
}

function isWritten({ name, short }: MagicParamSummary, word: string): boolean {
  return word === `--${name}` || word === `-${short}`;
}
