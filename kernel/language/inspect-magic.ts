/** Inspection in a magic's line: its help, what one of its options means, or the variable that is named there. */

import type { MagicParamSummary, MagicSummary } from "../port/language.js";
import { magicOf } from "./complete-magic.js";
import { type Prose, preformatted, stack } from "./documentation.js";
import type { MagicLine } from "./magic-line.js";

export interface MagicInspection {
  magics: readonly MagicSummary[];
  /** What is known of a name of the notebook; undefined when it has none such. */
  inspectName(name: string): Prose | undefined;
}

/** Undefined for a magic that does not exist. */
export function inspectMagic(line: MagicLine, cursor: number, context: MagicInspection): Prose | undefined {
  const magic = magicOf(line, context.magics);
  if (magic === undefined) return undefined;
  const word = line.words.find(({ start, end }) => cursor >= start && cursor <= end)?.text ?? "";
  const option = optionOf(magic, word);
  const help = preformatted(magic.help);
  if (option !== undefined) return stack([preformatted(`--${option.name}  ${meaning(option)}`), help]);
  return (takesVariables(magic) ? context.inspectName(word) : undefined) ?? help;
}

function optionOf({ params }: MagicSummary, word: string): MagicParamSummary | undefined {
  const { name, short } = /^--(?<name>[^=]+)|^-(?<short>[A-Za-z])$/.exec(word)?.groups ?? {};
  return params.find(
    (param) =>
      param.kind !== "positional" && (param.name === name || (short !== undefined && param.short === short)),
  );
}

function meaning({ help, choices = [] }: MagicParamSummary): string {
  return choices.length === 0 ? help : `${help}; one of ${choices.join(", ")}`;
}

function takesVariables({ params }: MagicSummary): boolean {
  return params.some(({ variableTypes = [] }) => variableTypes.length > 0);
}
