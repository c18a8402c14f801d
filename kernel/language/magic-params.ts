/** Which magic a line calls, and which of its parameters a word of the line belongs to. */

import type { MagicParamSummary, MagicSummary } from "../port/language.js";
import type { MagicLine, Word } from "./magic-line.js";

/** The declaration of the magic that the line begins with. */
export function magicOf(line: MagicLine, magics: readonly MagicSummary[]): MagicSummary | undefined {
  return magicNamed(line.name.text.replace(/^%+/, ""), magics);
}

/** The declaration of a magic by its name, in any case of letters. */
export function magicNamed(name: string, magics: readonly MagicSummary[]): MagicSummary | undefined {
  const wanted = name.toLowerCase();
  return magics.find((magic) => magic.name.toLowerCase() === wanted);
}

/** The parameter of a word, by its name or by its place; undefined for one that is too many, or unknown. */
export function paramOf(
  magic: MagicSummary,
  word: string,
  before: readonly Word[],
): MagicParamSummary | undefined {
  const awaited = awaitedOption(magic, before);
  if (awaited !== undefined) return awaited;
  return word.startsWith("-") ? namedParam(magic, word.replace(/=.*/s, "")) : positionalAt(magic, before);
}

/** By `--name`, or by `-n`. */
export function namedParam({ params }: MagicSummary, written: string): MagicParamSummary | undefined {
  const { name, letter } = /^--(?<name>.+)$|^-(?<letter>[A-Za-z])$/.exec(written)?.groups ?? {};
  return params.find(
    ({ kind, ...param }) =>
      kind !== "positional" &&
      ((name !== undefined && param.name === name) || (letter !== undefined && param.short === letter)),
  );
}

/** The option whose value comes next: `--mode ` waits for one, `--graceful ` does not. */
export function awaitedOption(magic: MagicSummary, before: readonly Word[]): MagicParamSummary | undefined {
  const param = namedParam(magic, before.at(-1)?.text ?? "");
  return param?.kind === "option" ? param : undefined;
}

/** What the next value by place is of. */
export function positionalAt(magic: MagicSummary, before: readonly Word[]): MagicParamSummary | undefined {
  const positionals = magic.params.filter(({ kind }) => kind === "positional");
  const given = before.filter(
    ({ text }, i) => !text.startsWith("-") && awaitedOption(magic, before.slice(0, i)) === undefined,
  );
  const last = positionals.at(-1);
  return positionals[given.length] ?? (last?.takesMany ? last : undefined);
}
