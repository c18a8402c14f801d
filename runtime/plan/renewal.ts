import type { PortableFunction } from "../closure/portable-function.js";
import { newNodeId, type RddNode } from "./rdd-node.js";

/**
 * Keeps plans up to date with the program's functions. A node is immutable and known by its id, so a node with a new
 * function, or made from such a node, is a new node; what was computed of the old one is not used for it.
 */
export class Renewal {
  readonly #latest = new WeakMap<RddNode, RddNode>();

  /**
   * @param renew the function as it is now: itself when nothing it uses was redefined
   * @param events of each new node, and when it is to be kept otherwise than before
   */
  constructor(
    private readonly renew: (fn: PortableFunction) => PortableFunction,
    private readonly events: { made(node: RddNode): void; stored(node: RddNode): void },
  ) {}

  /** The node with its functions, and those of all that it is made from, as they are now. */
  of(node: RddNode): RddNode {
    const renewed = new Map<RddNode, RddNode>();
    // An explicit stack: a lineage of thousands of maps must not overflow the call stack.
    const stack = [node];
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const missing = top.parents.filter((parent) => !renewed.has(parent));
      if (missing.length > 0) {
        stack.push(...missing);
        continue;
      }
      stack.pop();
      renewed.set(top, this.#renewed(top, renewed));
    }
    return renewed.get(node) ?? node;
  }

  /** The node that was made of this one last; itself when none was. */
  latest(node: RddNode): RddNode {
    return this.#latest.get(node) ?? node;
  }

  #renewed(node: RddNode, renewed: ReadonlyMap<RddNode, RddNode>): RddNode {
    const latest = this.latest(node);
    const parents = node.parents.map((parent) => renewed.get(parent) ?? parent);
    const functions = latest.functions.map(this.renew);
    const isLatest = same(parents, latest.parents) && same(functions, latest.functions);
    return this.#stored(node, isLatest ? latest : this.#made(node, { ...latest, parents, functions }));
  }

  #made(node: RddNode, renewed: RddNode): RddNode {
    const made: RddNode = { ...renewed, id: newNodeId(), storage: "NONE" };
    this.#latest.set(node, made);
    this.events.made(made);
    return made;
  }

  /** The program persists the node it knows; what is kept is the latest. */
  #stored({ storage }: RddNode, latest: RddNode): RddNode {
    if (latest.storage === storage) return latest;
    latest.storage = storage;
    this.events.stored(latest);
    return latest;
  }
}

function same<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.every((item, i) => item === b[i]);
}
