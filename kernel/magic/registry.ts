/** The magics of one kernel, found by name without regard to case. */

import type { Magic } from "./magic.js";
import { nearestNames } from "./nearest.js";

/** `C` is the context its magics are given. */
export class MagicRegistry<C = unknown> {
  readonly #byName = new Map<string, Magic<C>>();

  /** @throws Error when two magics have the same name */
  constructor(magics: Iterable<Magic<C>>) {
    for (const magic of magics) {
      const key = magic.name.toLowerCase();
      if (this.#byName.has(key)) throw new Error(`there are two magics named %${magic.name}`);
      this.#byName.set(key, magic);
    }
  }

  find(name: string): Magic<C> | undefined {
    return this.#byName.get(name.toLowerCase());
  }

  /** How `%name` may be written, undefined when there is no such magic. */
  kindsOf(name: string): readonly ("line" | "cell")[] | undefined {
    return this.find(name)?.kinds;
  }

  nearest(name: string): string[] {
    return nearestNames(
      name,
      this.all().map((magic) => magic.name),
    );
  }

  /** In alphabetical order. */
  all(): Magic<C>[] {
    return [...this.#byName.values()].sort((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1));
  }
}
