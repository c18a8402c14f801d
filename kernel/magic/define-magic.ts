/** Declares a magic whose `run` gets arguments typed by its parameters. */

import type { Magic, MagicCall, MagicHost, Param } from "./magic.js";

type NumberType = "integer" | "number" | "duration";

type ValueOf<P extends Param> = P extends { kind: "flag" }
  ? boolean
  : P extends { rest: true }
    ? string[]
    : P extends { type: NumberType }
      ? number
      : P extends { choices: readonly (infer C)[] }
        ? C
        : string;

type IsGiven<P extends Param> = P extends { kind: "flag" } | { rest: true } | { required: true }
  ? true
  : HasDefault<P>;
type HasDefault<P extends Param> = P extends { default: string | number } ? true : false;

/** The arguments of a magic with these parameters: what may be absent includes undefined. */
export type ArgsOf<Params extends readonly Param[]> = {
  [P in Params[number] as P["name"]]: IsGiven<P> extends true ? ValueOf<P> : ValueOf<P> | undefined;
};

/** A magic as its author writes it. */
export interface MagicDefinition<Params extends readonly Param[], Context, Result>
  extends Omit<Magic<Context>, "params" | "run"> {
  params: Params;
  run(call: Omit<MagicCall, "args"> & { args: ArgsOf<Params> }, host: MagicHost, context: Context): Result;
}

/** A magic that still knows the types of its parameters and of what it returns: a program can call it, see call.ts. */
export interface DefinedMagic<Params extends readonly Param[], Context, Result> extends Magic<Context> {
  params: Params;
  run(call: MagicCall, host: MagicHost, context: Context): Result;
}

/** Returns the magic unchanged; the parser gives `run` exactly what {@link ArgsOf} says. */
export function defineMagic<const Params extends readonly Param[], Context = unknown, Result = unknown>(
  definition: MagicDefinition<Params, Context, Result>,
): DefinedMagic<Params, Context, Result> {
  return definition;
}
