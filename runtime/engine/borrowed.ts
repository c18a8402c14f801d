import { newUnionRdd } from "../operators/union.js";
import type { RddNode } from "../plan/rdd-node.js";

/**
 * RDDs of the program that batches are made of. The program may let go of one before its batch has been run; then it, and the
 * functions it uses, stay until the batch is forgotten.
 */
export class Borrowed {
  /** Those that an RDD of a batch was made of, by its id. */
  readonly #of = new Map<string, readonly string[]>();
  readonly #uses = new Map<string, number>();
  readonly #returned = new Set<string>();

  /** An RDD for a batch, with the records of this one. */
  borrow(rdd: RddNode): RddNode {
    const own = newUnionRdd([rdd]);
    this.#of.set(own.id, [rdd.id]);
    this.#uses.set(rdd.id, (this.#uses.get(rdd.id) ?? 0) + 1);
    return own;
  }

  /** Several that were borrowed as one. */
  join(borrowed: readonly RddNode[]): RddNode {
    const [only] = borrowed;
    if (only !== undefined && borrowed.length === 1) return only;
    const union = newUnionRdd([...borrowed]);
    const of = borrowed.flatMap(({ id }) => this.#of.get(id) ?? []);
    for (const { id } of borrowed) this.#of.delete(id);
    this.#of.set(union.id, of);
    return union;
  }

  /** The program has let go of these. @returns those that no batch needs */
  returned(ids: readonly string[]): string[] {
    return ids.filter((id) => {
      if (this.#uses.has(id)) this.#returned.add(id);
      return !this.#uses.has(id);
    });
  }

  /** RDDs of batches were forgotten. @returns those of the program that it had let go of meanwhile */
  letGo(batchRdds: readonly string[]): string[] {
    return batchRdds.flatMap((batchRdd) => {
      const ids = this.#of.get(batchRdd) ?? [];
      this.#of.delete(batchRdd);
      return ids.filter((id) => this.#unused(id));
    });
  }

  #unused(id: string): boolean {
    const uses = (this.#uses.get(id) ?? 1) - 1;
    if (uses > 0) {
      this.#uses.set(id, uses);
      return false;
    }
    this.#uses.delete(id);
    return this.#returned.delete(id);
  }
}
