import type { PortableFunction } from "../closure/portable-function.js";
import { StreamError } from "../stream-error.js";
import { isLent, type RddNode } from "./rdd-node.js";
import type { StreamNode } from "./stream-node.js";
import { UseCounts } from "./use-counts.js";

/**
 * Plans between threads: each node and each function goes over once and is known by its id from then on. A plan that
 * holds a large captured array or a parallelised list is therefore copied once, however many jobs use it.
 */
export interface PlanParts {
  rdds: Flat<RddNode>[];
  streams: Flat<StreamNode>[];
  functions: PortableFunction[];
}

/** A node with ids in place of its parents and functions. */
type Flat<N extends { parents: unknown; functions: unknown }> = Omit<N, "parents" | "functions"> & {
  parents: string[];
  functions: string[];
};

/** The sending side: remembers what the other side knows. */
export class PlanSender {
  readonly #sent = new Set<string>();
  readonly #uses = new UseCounts();

  /** What the other side lacks of these plans, parents first. Counts as sent. */
  parts(plans: { rdds?: readonly RddNode[]; streams?: readonly StreamNode[] }): PlanParts {
    const parts: PlanParts = { rdds: [], streams: [], functions: [] };
    for (const rdd of plans.rdds ?? []) this.#add(rdd, parts.rdds, parts.functions);
    for (const stream of plans.streams ?? []) this.#add(stream, parts.streams, parts.functions);
    return parts;
  }

  /** The other side was told to forget these: with the last node of a function it forgets the function too. */
  forget(ids: readonly string[]): void {
    for (const id of [...ids, ...this.#uses.remove(ids)]) this.#sent.delete(id);
  }

  #add<N extends { id: string; op: string; parents: N[]; functions: PortableFunction[] }>(
    node: N,
    nodes: Flat<N>[],
    functions: PortableFunction[],
  ): void {
    // An explicit stack: a lineage of thousands of maps must not overflow the call stack.
    const stack = [node];
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const missing = this.has(top) ? [] : top.parents.filter((parent) => !this.has(parent));
      if (missing.length > 0) {
        stack.push(...missing);
        continue;
      }
      stack.pop();
      if (this.has(top)) continue;
      this.#sent.add(top.id);
      functions.push(...top.functions.filter((fn) => this.#firstTime(fn.id)));
      const flat = { parents: top.parents.map(({ id }) => id), functions: top.functions.map(({ id }) => id) };
      this.#uses.add(top.id, flat.functions);
      nodes.push({ ...top, ...flat });
    }
  }

  /** Whether the other side knows this node. */
  has(node: { id: string; op: string }): boolean {
    return isLent(node) || this.#sent.has(node.id);
  }

  #firstTime(id: string): boolean {
    if (this.#sent.has(id)) return false;
    this.#sent.add(id);
    return true;
  }
}

/** The receiving side: nodes by id, joined again. */
export class PlanTable {
  readonly #rdds = new Map<string, RddNode>();
  readonly #streams = new Map<string, StreamNode>();
  readonly #functions = new Map<string, PortableFunction>();
  readonly #uses = new UseCounts();

  /**
   * Takes over what was sent. A node made from one that was let go is left out: whoever names it is told, not whoever
   * sent something along with it.
   * @returns the functions that are new here
   */
  add(parts: PlanParts): PortableFunction[] {
    for (const fn of parts.functions) this.#functions.set(fn.id, fn);
    for (const flat of parts.rdds) this.#join(flat, this.#rdds);
    for (const flat of parts.streams) this.#join(flat, this.#streams);
    return parts.functions;
  }

  /** @throws StreamError RT_LET_GO */
  rdd(id: string): RddNode {
    return found(this.#rdds, id, "RDD");
  }

  /** Undefined for one that was let go. */
  find(id: string): RddNode | undefined {
    return this.#rdds.get(id);
  }

  /** Undefined for one that was never sent. */
  findStream(id: string): StreamNode | undefined {
    return this.#streams.get(id);
  }

  /** @throws StreamError RT_LET_GO */
  stream(id: string): StreamNode {
    return found(this.#streams, id, "stream");
  }

  /** Makes a node of this side known by its id. */
  put(rdd: RddNode): void {
    this.#rdds.set(rdd.id, rdd);
  }

  forget(ids: readonly string[]): void {
    for (const id of ids) this.#rdds.delete(id);
  }

  /** No job reads any more from RDDs that were forgotten. @returns functions that nothing here uses now, which it forgets */
  release(ids: readonly string[]): string[] {
    const unused = this.#uses.remove(ids);
    for (const id of unused) this.#functions.delete(id);
    return unused;
  }

  #join<N extends { parents: N[]; functions: PortableFunction[] }>(
    flat: Flat<N> & { id: string },
    nodes: Map<string, N>,
  ): void {
    const parents = known(flat.parents, nodes);
    const functions = known(flat.functions, this.#functions);
    this.#uses.add(flat.id, flat.functions);
    if (parents && functions) nodes.set(flat.id, { ...flat, parents, functions } as unknown as N);
  }
}

/** All that these ids name; undefined when one of them names nothing. */
function known<T>(ids: readonly string[], map: ReadonlyMap<string, T>): T[] | undefined {
  const values = ids.flatMap((id) => map.get(id) ?? []);
  return values.length === ids.length ? values : undefined;
}

function found<T>(map: ReadonlyMap<string, T>, id: string, what: string): T {
  const value = map.get(id);
  if (value === undefined) {
    throw new StreamError(
      "RT_LET_GO",
      `the engine has let go of ${what} ${id}; the RDD of a batch can be used until the next batch is done`,
    );
  }
  return value;
}
