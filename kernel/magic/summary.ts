/** A magic's declaration as completion and inspection need it: data that can be sent to a thread. */

import type { MagicParamSummary, MagicSummary } from "../port/language.js";
import { type MagicDeclaration, magicHelp } from "./help.js";
import type { Flag, Option, Param, Positional } from "./magic.js";

export function magicSummary(magic: MagicDeclaration): MagicSummary {
  const { name, kinds, summary, params, body, valueType } = magic;
  const own = { ...(body !== undefined && { body }), ...(valueType !== undefined && { valueType }) };
  return {
    name,
    kinds: [...kinds],
    summary,
    help: magicHelp(magic),
    params: params.map(paramSummary),
    ...own,
  };
}

function paramSummary(param: Param): MagicParamSummary {
  const { name, kind, help } = param;
  const choices = "choices" in param && param.choices ? { choices: [...param.choices] } : {};
  const own = param.kind === "positional" ? positionalSummary(param) : namedSummary(param);
  return { name, kind, help, ...choices, ...own };
}

function positionalSummary(param: Positional): Partial<MagicParamSummary> {
  const { type, rest, suggestions, variableTypes, namesMagic, makesVariable } = param;
  return {
    ...(type === "line" || type === "code" ? { rest: type } : {}),
    ...(rest === undefined ? {} : { takesMany: rest }),
    ...(suggestions === undefined ? {} : { suggestions: [...suggestions] }),
    ...(namesMagic === undefined ? {} : { namesMagic }),
    ...(variableTypes === undefined ? {} : { variableTypes: [...variableTypes] }),
    ...(makesVariable === undefined ? {} : { makesVariable }),
  };
}

function namedSummary(param: Option | Flag): Partial<MagicParamSummary> {
  const { short } = param;
  const fieldsOf = param.kind === "option" ? param.fieldsOf : undefined;
  return { ...(short === undefined ? {} : { short }), ...(fieldsOf === undefined ? {} : { fieldsOf }) };
}
