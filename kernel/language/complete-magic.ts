/** Completion in a magic's line: its name, its options, their choices, and notebook variables of the right type. */

import type { CompleteReply, Completion, MagicParamSummary, MagicSummary } from "../port/language.js";
import type { MagicLine, Word } from "./magic-line.js";
import { awaitedOption, magicOf, namedParam, paramOf, positionalAt } from "./magic-params.js";
import type { Variable } from "./variables.js";

export interface MagicContext {
  magics: readonly MagicSummary[];
  /** Variables in scope whose type has one of the names. */
  variables(typeNames: readonly string[]): Variable[];
  /** Fields of the records of a variable whose type has one of the names. */
  fields(variable: string, typeNames: readonly string[]): Completion[];
}

/** Matches at `cursor`, which stands in the magic's line; none when its parameters offer nothing there. */
export function completeMagic(line: MagicLine, cursor: number, context: MagicContext): CompleteReply {
  if (cursor <= line.name.end) return within(line.name, cursor, magicNames(line, context.magics));
  const magic = magicOf(line, context.magics);
  const word = line.words.find(({ start, end }) => cursor >= start && cursor <= end);
  const typed = word ?? { text: "", start: cursor, end: cursor };
  return magic === undefined ? within(typed, cursor, []) : argument(magic, line, typed, cursor, context);
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
    const option = namedParam(magic, `--${assigned[1]}`);
    const offered = [...values(option, context), ...fields(magic, option, before, context)];
    return within(wordAfter(word, assigned[0].length), cursor, offered);
  }
  const awaited = awaitedOption(magic, before);
  if (awaited !== undefined) {
    const offered = [...values(awaited, context), ...fields(magic, awaited, before, context)];
    return within(word, cursor, offered);
  }
  const options = freeOptions(magic, before);
  if (word.text.startsWith("-")) return within(word, cursor, [...options, HELP]);
  const positional = values(positionalAt(magic, before), context);
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

function freeOptions(magic: MagicSummary, before: readonly Word[]): Completion[] {
  const used = new Set(before.map(({ text }) => text.replace(/=.*/s, "")));
  return magic.params
    .filter(({ kind, name, short }) => {
      return kind !== "positional" && !used.has(`--${name}`) && !used.has(`-${short}`);
    })
    .map(({ name, help }) => ({ text: `--${name}`, type: "option", signature: help }));
}

/** Of the variable that the line names before. */
function fields(
  magic: MagicSummary,
  option: MagicParamSummary | undefined,
  before: readonly Word[],
  context: MagicContext,
): Completion[] {
  const holder = magic.params.find(({ name }) => name === option?.fieldsOf);
  if (holder === undefined) return [];
  const named = before.find(({ text }, i) => paramOf(magic, text, before.slice(0, i)) === holder);
  return named === undefined ? [] : context.fields(named.text, holder.variableTypes ?? []);
}

function values(param: MagicParamSummary | undefined, context: MagicContext): Completion[] {
  const choices = [...(param?.choices ?? []), ...(param?.suggestions ?? [])].map((text) => ({
    text,
    type: "value",
    signature: param?.help ?? "",
  }));
  const typeNames = param?.variableTypes ?? [];
  const variables = typeNames.length === 0 ? [] : context.variables(typeNames);
  const magics = param?.namesMagic ? context.magics : [];
  return [
    ...choices,
    ...magics.map(({ name, summary }) => ({ text: name, type: "magic", signature: summary })),
    ...variables.map(({ name, kind, type }) => ({ text: name, type: kind, signature: type })),
  ];
}
