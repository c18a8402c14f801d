/** Cells that show a value and do nothing else: many are looks at a variable, and most of their time would be the worker's. */

const NAME = String.raw`(?!this\b)[\p{ID_Start}$_][\p{ID_Continue}$]*`;
const NUMBER = String.raw`\d+(?:\.\d+)?`;
const SUM = String.raw`${NUMBER}(?:\s*[-+*/%]\s*${NUMBER})*`;
const TEXT = String.raw`"[^"\\\n]*"|'[^'\\\n]*'`;

const PLAIN_VALUE = new RegExp(String.raw`^\s*(?:${NAME}|${SUM}|${TEXT})\s*;?\s*$`, "u");

/**
 * True for a cell that is one name, number, text, or arithmetic on numbers: it declares nothing, and none of its types can
 * be wrong (a name that does not exist is told by its run). So the language worker need not know of it.
 */
export function isPlainValue(code: string): boolean {
  return PLAIN_VALUE.test(code);
}
