/** The fields of what a variable holds many of: what an option such as `--x` of `%plot trades` may be given. */

import ts from "typescript";
import type { Completion } from "../port/language.js";
import { type CheckedCell, check, type OpenCell, withoutPaths } from "./open-cell.js";
import { notebookVariables } from "./variables.js";

/** Names that a magic's line takes without quotes. */
const BARE = /^[^\s"'`\\-][^\s"'`\\]*$/;

/**
 * The properties of T for a variable of type `DStream<T>`, which may be inherited or one of a union; of a pair `key`, and then the properties of
 * its value, or `value`. Functions are left out. Empty when there is no such variable, or its records have no fields.
 * @param typeNames those of what holds records
 */
export function recordFields(
  cell: OpenCell,
  variable: string,
  typeNames: readonly string[],
  globals: readonly string[],
): Completion[] {
  const checked = check(cell);
  const found = notebookVariables(cell, globals).find(({ name }) => name === variable);
  const record = found && recordOf(found.type, new Set(typeNames), checked.checker);
  return record === undefined ? [] : fieldsOf(record, checked).filter(({ text }) => BARE.test(text));
}

/** The first argument of the type that has one of the names. */
function recordOf(type: ts.Type, names: ReadonlySet<string>, checker: ts.TypeChecker): ts.Type | undefined {
  if (type.isUnion()) return type.types.flatMap((member) => recordOf(member, names, checker) ?? []).at(0);
  if (!isReference(type)) return undefined;
  const given = checker.getTypeArguments(type);
  if (names.has(type.symbol.name)) return given[0];
  for (const base of checker.getBaseTypes(type.target)) {
    const record = recordOf(base, names, checker);
    // `class Input<T> extends DStream<T>`: the base has the parameter, the type at hand what was given for it.
    const place = type.target.typeParameters?.indexOf(record as ts.TypeParameter) ?? -1;
    if (record !== undefined) return given[place] ?? record;
  }
  return undefined;
}

function isReference(type: ts.Type): type is ts.TypeReference {
  const flags = (type as Partial<ts.ObjectType>).objectFlags ?? 0;
  return (flags & ts.ObjectFlags.Reference) !== 0;
}

function fieldsOf(record: ts.Type, checked: CheckedCell): Completion[] {
  const { checker, file } = checked;
  if (checker.isTupleType(record)) {
    const [key, value, ...more] = checker.getTypeArguments(record as ts.TypeReference);
    if (key === undefined || value === undefined || more.length > 0) return [];
    const inner = fieldsOf(value, checked);
    return [field("key", key, checked), ...(inner.length > 0 ? inner : [field("value", value, checked)])];
  }
  if ((record.flags & (ts.TypeFlags.Object | ts.TypeFlags.UnionOrIntersection)) === 0) return [];
  if (checker.isArrayType(record)) return [];
  return checker
    .getPropertiesOfType(record)
    .map((property) => ({ name: property.name, type: checker.getTypeOfSymbolAtLocation(property, file) }))
    .filter(({ type }) => type.getCallSignatures().length === 0)
    .map(({ name, type }) => field(name, type, checked));
}

function field(text: string, type: ts.Type, { checker, file }: CheckedCell): Completion {
  return { text, type: "property", signature: withoutPaths(checker.typeToString(type, file)) };
}
