/** Inspection in a magic's line: its help, what one of its parameters means, or the variable that is named there. */

import { nearestNames } from "../magic/nearest.js";
import type { MagicParamSummary, MagicSummary } from "../port/language.js";
import { type Prose, paragraph, preformatted, stack } from "./documentation.js";
import type { MagicLine } from "./magic-line.js";
import { magicNamed, magicOf, paramOf } from "./magic-params.js";

export interface MagicInspection {
  magics: readonly MagicSummary[];
  /** What is known of a name of the notebook; undefined when it has none such. */
  inspectName(name: string): Prose | undefined;
}

/** Undefined for a sign without a name. For a magic that does not exist, which are near. */
export function inspectMagic(line: MagicLine, cursor: number, context: MagicInspection): Prose | undefined {
  const magic = magicOf(line, context.magics);
  if (magic === undefined) return noMagic(line, context.magics);
  const help = preformatted(magic.help);
  const word = line.words.find(({ start, end }) => cursor >= start && cursor <= end);
  if (word === undefined) return help;
  const before = line.words.filter(({ end }) => end < word.start);
  const param = paramOf(magic, word.text, before);
  if (param === undefined) return help;
  const named = param.namesMagic ? magicNamed(word.text.replace(/^%+/, ""), context.magics) : undefined;
  if (named !== undefined) return preformatted(named.help);
  const variable = param.variableTypes === undefined ? undefined : context.inspectName(word.text);
  return variable ?? stack([preformatted(`${written(param)}  ${meaning(param)}`), help]);
}

function noMagic({ name }: MagicLine, magics: readonly MagicSummary[]): Prose | undefined {
  const [, wanted = ""] = /^%+(.+)$/.exec(name.text) ?? [];
  if (wanted === "") return undefined;
  const names = magics.map((magic) => magic.name);
  const near = nearestNames(wanted, names).map((other) => `%${other}`);
  const hint = near.length === 0 ? "%lsmagic lists all" : `did you mean ${near.join(" or ")}?`;
  return paragraph(`there is no magic ${name.text}; ${hint}`);
}

function written({ kind, name }: MagicParamSummary): string {
  return kind === "positional" ? `<${name}>` : `--${name}`;
}

function meaning({ help, choices = [] }: MagicParamSummary): string {
  return choices.length === 0 ? help : `${help}; one of ${choices.join(", ")}`;
}
