/** How many nodes use each function, so that it can be let go with the last of them. */
export class UseCounts {
  readonly #uses = new Map<string, number>();
  readonly #functionsOf = new Map<string, readonly string[]>();

  /** A node is known from now on. */
  add(node: string, functions: readonly string[]): void {
    if (functions.length === 0 || this.#functionsOf.has(node)) return;
    this.#functionsOf.set(node, functions);
    for (const id of functions) this.#uses.set(id, (this.#uses.get(id) ?? 0) + 1);
  }

  /** These nodes are gone; those that are not known are left alone. @returns functions that no node uses any more */
  remove(nodes: readonly string[]): string[] {
    return nodes.flatMap((node) => {
      const functions = this.#functionsOf.get(node) ?? [];
      this.#functionsOf.delete(node);
      return functions.filter((id) => this.#release(id));
    });
  }

  #release(id: string): boolean {
    const uses = (this.#uses.get(id) ?? 1) - 1;
    if (uses > 0) this.#uses.set(id, uses);
    else this.#uses.delete(id);
    return uses === 0;
  }
}
