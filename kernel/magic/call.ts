/** A magic as a function: `await magics.plot({ counts }, { top: 20 })` is `%plot counts --top 20`, typed by its declaration. */

import type { DefinedMagic } from "./define-magic.js";
import type { Magic, MagicArgs, MagicHost, Param, Positional } from "./magic.js";
import { MagicUsageError } from "./parse.js";
import { parseValue } from "./parse-value.js";

/** A variable with its name, as `{ counts }`: what a magic shows of it is named by it. */
export type Named = Readonly<Record<string, object>>;

type ValueOf<P extends Param> = P extends { kind: "flag" }
  ? boolean
  : P extends { variableTypes: readonly string[] }
    ? Named
    : P extends { type: "duration" }
      ? number | string
      : P extends { type: "integer" | "number" }
        ? number
        : P extends { choices: readonly (infer C)[] }
          ? C
          : string;

type OptionsOf<Params extends readonly Param[]> = NamedOf<Params> & {
  /** The lines below `%%name`, for a magic that is written so. */
  body?: string;
};
type NamedOf<Params extends readonly Param[]> = {
  [P in Extract<Params[number], { kind: "option" | "flag" }> as P["name"]]?: ValueOf<P>;
};

/** Each of the values that remain. */
type RestOf<P extends Param> =
  | string
  | number
  | (P extends { variableTypes: readonly string[] } ? Named : never);

/** The values by place, then an object of options; each value that is not required may be left out. */
type CallArgs<Params extends readonly Param[], Options> = Params extends readonly [
  infer First extends Param,
  ...infer Rest extends readonly Param[],
]
  ? First extends { kind: "positional"; rest: true }
    ? RestOf<First>[] | [...values: RestOf<First>[], options: Options]
    : First extends { kind: "positional"; required: true }
      ? [value: ValueOf<First>, ...CallArgs<Rest, Options>]
      : First extends { kind: "positional" }
        ? [options?: Options] | [value: ValueOf<First>, ...CallArgs<Rest, Options>]
        : CallArgs<Rest, Options>
  : [options?: Options];

/** The function that a declared magic is to a program. */
export type MagicFunction<M> =
  M extends DefinedMagic<infer Params, never, infer Result>
    ? (...args: CallArgs<Params, OptionsOf<Params>>) => Promise<Awaited<Result>>
    : never;

/**
 * Runs a magic with the values of a call.
 * @param name called for each variable that is given by name, before the magic runs
 * @throws MagicUsageError, one sentence, for a value that the magic does not take
 */
export async function callMagic<Context>(
  magic: Magic<Context>,
  values: readonly unknown[],
  host: MagicHost,
  context: Context,
  name: (name: string, value: unknown) => void,
): Promise<unknown> {
  const { body, args } = argsOf(magic, values, name);
  return magic.run({ args, line: "", body, assigned: false }, host, context);
}

function argsOf(
  magic: Magic<never>,
  values: readonly unknown[],
  name: (name: string, value: unknown) => void,
): { args: MagicArgs; body: string | undefined } {
  const left = [...values];
  const args: MagicArgs = {};
  for (const param of magic.params) {
    if (param.kind !== "positional") continue;
    if (param.rest) {
      args[param.name] = rest(magic, param, left, name);
      break;
    }
    if (isObject(left[0]) && param.variableTypes === undefined) break;
    args[param.name] = positional(magic, param, left.shift(), name);
  }
  const options = new Map(Object.entries((isObject(left[0]) ? left.shift() : undefined) ?? {}));
  if (left.length > 0) throw new MagicUsageError(`${magic.name}: ${left.length} value more than it takes`);
  const body = magic.kinds.includes("cell") ? options.get("body") : undefined;
  if (body !== undefined) options.delete("body");
  return {
    args: { ...args, ...named(magic, options) },
    body: body === undefined ? undefined : String(body),
  };
}

/** Takes all values that remain, but for the options at the end. */
function rest(
  magic: Magic<never>,
  param: Positional,
  left: unknown[],
  name: (name: string, value: unknown) => void,
): string[] {
  const until = isOptions(left.at(-1)) ? left.length - 1 : left.length;
  return left.splice(0, until).map((value) => String(positional(magic, param, value, name)));
}

/** A variable with its name has a stream for its value, or some other object; an option has none. */
function isOptions(value: unknown): boolean {
  return isObject(value) && !Object.values(value).some(isObject);
}

function named(magic: Magic<never>, options: Map<string, unknown>): MagicArgs {
  const params = magic.params.filter((param) => param.kind !== "positional");
  const unknown = [...options.keys()].find((key) => !params.some((param) => param.name === key));
  if (unknown !== undefined)
    throw new MagicUsageError(
      `${magic.name}: there is no option ${unknown}; it has ${params.map((param) => param.name).join(", ")}`,
    );
  const entries = params.map((param) => {
    const value = options.get(param.name);
    return [
      param.name,
      param.kind === "flag" ? value === true : checked(magic, param, value ?? param.default),
    ];
  });
  return Object.fromEntries(entries);
}

function positional(
  magic: Magic<never>,
  param: Positional,
  value: unknown,
  name: (name: string, value: unknown) => void,
): MagicArgs[string] {
  if (value === undefined && param.required)
    throw new MagicUsageError(`${magic.name}: the value <${param.name}> is missing (${param.help})`);
  if (param.variableTypes === undefined || !isObject(value)) return checked(magic, param, value);
  const [entry, ...more] = Object.entries(value);
  if (entry === undefined || more.length > 0)
    throw new MagicUsageError(`${magic.name}: <${param.name}> is one variable with its name, as { counts }`);
  name(...entry);
  return entry[0];
}

/** The range and the choices are those of the written magic. */
function checked(
  magic: Magic<never>,
  param: Exclude<Param, { kind: "flag" }>,
  value: unknown,
): string | number | undefined {
  if (value === undefined) return undefined;
  try {
    return parseValue(String(value), param, param.name);
  } catch (error) {
    throw new MagicUsageError(`${magic.name}: ${error instanceof Error ? error.message : error}`);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
