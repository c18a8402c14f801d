import { compileFunction } from "node:vm";
import { type Captured, type Part, type PortableFunction, scriptName } from "./portable-function.js";
import type { StandIns } from "./stand-in.js";

/** Any user function, as a worker calls it. */
export type Materialized = (...args: unknown[]) => unknown;

/** Loads the modules that imported names come from; a thread has one, with the resolution root of its program. */
export type ImportModule = (url: string) => Promise<Record<string, unknown>>;

/** What a function needs of the thread it runs in. */
export interface ThreadServices {
  importModule: ImportModule;
  standIns: StandIns;
  /** What loop guards look at, and what they call. */
  loopGuard: { flag: Int32Array; stop(): void };
}

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
  const parts = portable.parts.map((part) => ({ ...part, ...compile(part) }));
  const values: unknown[] = [];
  const bindAll = () => {
    for (const part of parts) {
      part.bind(part.captured.map((captured) => resolve(captured, values, modules, thread)));
    }
  };
  for (const index of evaluationOrder(parts)) {
    const part = parts[index];
    if (part !== undefined && part.early.length > 0) bindAll();
    values[index] = part?.evaluate();
  }
  bindAll();
  return values[0] as Materialized;
}

/** Each class after what it reads while it is evaluated, and after all that functions may need which it calls then. */
function evaluationOrder(parts: readonly Part[]): number[] {
  const order: number[] = [];
  const seen = new Set<number>();
  const visit = (index: number) => {
    const part = parts[index];
    if (part === undefined || seen.has(index)) return;
    seen.add(index);
    for (const captured of part.captured) {
      if (part.kind === "function" || part.early.includes(captured.name)) partsOf(captured).forEach(visit);
    }
    order.push(index);
  };
  parts.forEach((_, index) => {
    visit(index);
  });
  return order;
}

async function importAll(
  portable: PortableFunction,
  importModule: ImportModule,
): Promise<Map<string, Record<string, unknown>>> {
  const urls = portable.parts.flatMap((part) =>
    part.captured.flatMap((c) => (c.kind === "import" ? [c.url] : [])),
  );
  return new Map(
    await Promise.all([...new Set(urls)].map(async (url) => [url, await importModule(url)] as const)),
  );
}

function partsOf(captured: Captured): number[] {
  if (captured.kind === "part") return [captured.part];
  return captured.kind === "value" ? captured.instances.map(({ part }) => part) : [];
}

/** Makes a copied object an instance of its class, once the class is there. Its constructor is not run. */
function become(object: object, type: unknown): void {
  if (typeof type === "function") Object.setPrototypeOf(object, type.prototype);
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

function resolve(
  captured: Captured,
  values: readonly unknown[],
  modules: Map<string, Record<string, unknown>>,
  thread: ThreadServices,
): unknown {
  switch (captured.kind) {
    case "value":
      for (const { object, part } of captured.instances) become(object, values[part]);
      return captured.value;
    case "buffer":
      return Buffer.from(captured.bytes.buffer, captured.bytes.byteOffset, captured.bytes.byteLength);
    case "standIn":
      return thread.standIns.of(captured.standIn);
    case "part":
      return values[captured.part];
    case "guard":
      return thread.loopGuard[captured.is];
    case "import": {
      const namespace = modules.get(captured.url);
      return captured.exported === "*" ? namespace : namespace?.[captured.exported];
    }
  }
}
