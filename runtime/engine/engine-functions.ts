import { type Materialized, materialize } from "../closure/materialize.js";
import { StandIns } from "../closure/stand-in.js";
import type { StreamNode } from "../plan/stream-node.js";
import { importHere } from "../pool/import-module.js";

/** Functions of the program that are called in the engine's thread, such as the filter of a stream of files and the commit of a sink. */
export class EngineFunctions {
  readonly #functions = new Map<string, Materialized>();
  readonly #standIns = new StandIns();

  /** Makes those of these streams' inputs, and of their sinks, callable; to be awaited before a source is opened. */
  async prepare(ends: readonly StreamNode[]): Promise<void> {
    for (const node of callersOf(ends)) {
      for (const portable of node.functions) {
        if (this.#functions.has(portable.id)) continue;
        const thread = {
          importModule: importHere,
          standIns: this.#standIns,
          loopGuard: { flag: new Int32Array(1), stop: () => undefined },
        };
        this.#functions.set(portable.id, await materialize(portable, thread));
      }
    }
  }

  of(node: StreamNode): Materialized[] {
    return node.functions.flatMap(({ id }) => this.#functions.get(id) ?? []);
  }
}

function callersOf(ends: readonly StreamNode[]): StreamNode[] {
  const seen = new Set<StreamNode>();
  const stack = [...ends];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    stack.push(...next.parents);
  }
  return [...seen].filter(({ op }) => op === "input" || op === "writeTo");
}
