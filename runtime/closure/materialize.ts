import { compileFunction } from "node:vm";
import { placesIn } from "./import-places.js";
import {
  type Captured,
  type Part,
  type PortableFunction,
  type Property,
  scriptName,
} from "./portable-function.js";
import { Replacements, revive } from "./revive.js";
import { type ImportModule, type Modules, moduleKey, type ThreadServices } from "./thread-services.js";

/** Any user function, as a worker calls it. */
export type Materialized = (...args: unknown[]) => unknown;

interface Compiled {
  /** Makes the function or class. */
  evaluate(): unknown;
  /** Gives the part's free names their values, in the order of `part.captured`. */
  bind(values: unknown[]): void;
}

/**
 * Makes a portable function callable in this thread. Its modules are imported first, so it is asynchronous; the result
 * is called synchronously ever after. Parts are compiled under the place they were written at, so that their stacks
 * point there (see {@link relocate}).
 */
export async function materialize(portable: PortableFunction, thread: ThreadServices): Promise<Materialized> {
  const modules = await importAll(portable, thread.importModule);
  return evaluate(portable, modules, thread);
}

/** The same, once the modules it needs are there. */
function evaluate(portable: PortableFunction, modules: Modules, thread: ThreadServices): Materialized {
  const parts = portable.parts.map((part) => ({ ...part, ...compile(part) }));
  const values: unknown[] = [];
  const makeAgain = (of: PortableFunction) => evaluate(of, modules, thread)();
  const replacements = new Replacements(values, modules, thread, makeAgain);
  const bindAll = () => {
    revive(portable, replacements);
    for (const part of parts) part.bind(part.captured.map((captured) => replacements.of(captured)));
  };
  for (const index of evaluationOrder(portable)) {
    const part = parts[index];
    if (part !== undefined && part.early.length > 0) bindAll();
    values[index] = part?.evaluate();
  }
  bindAll();
  return values[0] as Materialized;
}

/** Each class after what it reads while it is evaluated, and after all that functions may need which it calls then. */
function evaluationOrder({ parts, revival }: PortableFunction): number[] {
  const order: number[] = [];
  const seen = new Set<number>();
  const inValues = [
    ...revival.instances.map(({ part }) => part),
    ...revival.properties.flatMap(({ is }) => partsOf(is)),
  ];
  const visit = (index: number) => {
    const part = parts[index];
    if (part === undefined || seen.has(index)) return;
    seen.add(index);
    for (const captured of part.captured) {
      if (part.kind === "class" && !part.early.includes(captured.name)) continue;
      const isObject = captured.kind === "value" && typeof captured.value === "object";
      (isObject ? inValues : partsOf(captured)).forEach(visit);
    }
    order.push(index);
  };
  parts.forEach((_, index) => {
    visit(index);
  });
  return order;
}

function partsOf(is: Captured | Property["is"]): number[] {
  if (is.kind === "part") return [is.part];
  return is.kind === "accessor" ? [is.get, is.set].filter((part) => part !== undefined) : [];
}

async function importAll(portable: PortableFunction, importModule: ImportModule): Promise<Modules> {
  const places = new Map(placesIn(portable).map((place) => [moduleKey(place), place]));
  return new Map(
    await Promise.all(
      [...places].map(async ([key, { url, parent }]) => [key, await importModule(url, parent)] as const),
    ),
  );
}

/** All on one line before the source, so that only the column of the first line has to be set right. */
function compile(part: Part): Compiled {
  const names = part.captured.map((captured) => captured.name).join();
  const before = `"use strict";${names === "" ? "" : `let ${names};`}return {bind(){${names === "" ? "" : `[${names}]=arguments[0]`}},evaluate(){return `;
  const origin = part.origin;
  const factory = compileFunction(`${before}${part.source}}}`, [], {
    filename: scriptName(origin?.script ?? "0"),
    lineOffset: origin?.line ?? 0,
    columnOffset: (origin?.column ?? 0) - before.length,
  }) as () => Compiled;
  return factory();
}
