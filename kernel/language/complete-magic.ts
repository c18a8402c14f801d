/** Completion in a magic's line: its name, its options, their choices, and notebook variables of the right type. */

import type { CompleteReply, Completion, MagicParamSummary, MagicSummary } from "../port/language.js";
import type { MagicLine, Word } from "./magic-line.js";
import type { Variable } from "./variables.js";

export interface MagicContext {
  magics: readonly MagicSummary[];
  /** Variables in scope whose type has one of the names. */
  variables(typeNames: readonly string[]): Variable[];
}

/** Matches at `cursor`, which stands in the magic's line; none when its parameters offer nothing there. */
export function completeMagic(line: MagicLine, cursor: number, context: MagicContext): CompleteReply {
  if (cursor <= line.name.end) return within(line.name, cursor, magicNames(line, context.magics));
  const magic = magicOf(line, context.magics);
  const word = line.words.find(({ start, end }) => cursor >= start && cursor <= end);
  const typed = word ?? { text: "", start: cursor, end: cursor };
  return magic === undefined ? within(typed, cursor, []) : argument(magic, line, typed, cursor, context);
}

/** The declaration of the magic that the line begins with. */
export function magicOf(line: MagicLine, magics: readonly MagicSummary[]): MagicSummary | undefined {
  return magicNamed(line.name.text.replace(/^%+/, ""), magics);
}

/** The declaration of a magic by its name, in any case of letters. */
export function magicNamed(name: string, magics: readonly MagicSummary[]): MagicSummary | undefined {
  const wanted = name.toLowerCase();
  return magics.find((magic) => magic.name.toLowerCase() === wanted);
}

function magicNames({ span, opensCell }: MagicLine, magics: readonly MagicSummary[]): Completion[] {
  const sign = { line: "%", cell: "%%" };
  return magics.flatMap(({ name, kinds, summary }) =>
    kinds
      .filter((kind) => kind === "line" || (opensCell && span.kind !== "value"))
      .map((kind) => ({ text: `${sign[kind]}${name}`, type: "magic", signature: summary })),
  );
}

function argument(
  magic: MagicSummary,
  line: MagicLine,
  word: Word,
  cursor: number,
  context: MagicContext,
): CompleteReply {
  const before = line.words.filter((other) => other !== word && other.end <= word.start);
  const assigned = /^--([^=\s]+)=/.exec(word.text);
  if (assigned !== null && cursor >= word.start + assigned[0].length) {
    return within(wordAfter(word, assigned[0].length), cursor, values(option(magic, assigned[1]), context));
  }
  const awaited = awaitedOption(magic, before);
  if (awaited !== undefined) return within(word, cursor, values(awaited, context));
  const options = freeOptions(magic, before);
  if (word.text.startsWith("-")) return within(word, cursor, [...options, HELP]);
  const positional = values(nextPositional(magic, before), context);
  return within(word, cursor, word.text === "" ? [...positional, ...options] : positional);
}

const HELP: Completion = { text: "-h", type: "option", signature: "prints how the magic is used" };

/** The candidates that begin with what stands between the word's start and the cursor; the whole word is replaced. */
function within(word: Word, cursor: number, candidates: readonly Completion[]): CompleteReply {
  const typed = word.text.slice(0, cursor - word.start);
  const matches = candidates.filter(({ text }) => text.toLowerCase().startsWith(typed.toLowerCase()));
  return { matches, start: word.start, end: word.end };
}

function wordAfter(word: Word, length: number): Word {
  return { text: word.text.slice(length), start: word.start + length, end: word.end };
}

function option(magic: MagicSummary, name: string | undefined): MagicParamSummary | undefined {
  return magic.params.find((param) => param.kind !== "positional" && param.name === name);
}

/** By `--name` or `-n`. */
function writtenOption(magic: MagicSummary, written: string): MagicParamSummary | undefined {
  if (written.startsWith("--")) return option(magic, written.slice(2));
  const short = /^-([A-Za-z])$/.exec(written)?.[1];
  return short === undefined ? undefined : magic.params.find((param) => param.short === short);
}

/** The option whose value comes next: `--mode ` waits for one, `--graceful ` does not. */
function awaitedOption(magic: MagicSummary, before: readonly Word[]): MagicParamSummary | undefined {
  const param = writtenOption(magic, before.at(-1)?.text ?? "");
  return param?.kind === "option" ? param : undefined;
}

function freeOptions(magic: MagicSummary, before: readonly Word[]): Completion[] {
  const used = new Set(before.map(({ text }) => text.replace(/=.*/s, "")));
  return magic.params
    .filter(({ kind, name, short }) => {
      return kind !== "positional" && !used.has(`--${name}`) && !used.has(`-${short}`);
    })
    .map(({ name, help }) => ({ text: `--${name}`, type: "option", signature: help }));
}

/** The last positional parameter takes all words that remain. */
function nextPositional(magic: MagicSummary, before: readonly Word[]): MagicParamSummary | undefined {
  const positionals = magic.params.filter(({ kind }) => kind === "positional");
  const given = before.filter(
    ({ text }, i) => !text.startsWith("-") && awaitedOption(magic, before.slice(0, i)) === undefined,
  );
  return positionals[Math.min(given.length, positionals.length - 1)];
}

function values(param: MagicParamSummary | undefined, context: MagicContext): Completion[] {
  const choices = (param?.choices ?? []).map((text) => ({
    text,
    type: "value",
    signature: param?.help ?? "",
  }));
  const typeNames = param?.variableTypes ?? [];
  const variables = typeNames.length === 0 ? [] : context.variables(typeNames);
  return [
    ...choices,
    ...variables.map(({ name, kind, type }) => ({ text: name, type: kind, signature: type })),
  ];
}
