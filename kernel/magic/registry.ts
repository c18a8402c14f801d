/** The magics of one kernel, found by name without regard to case. */

import type { Magic } from "./magic.js";
import { nearestNames } from "./nearest.js";
import { MagicUsageError } from "./parse.js";

/** `C` is the context its magics are given. */
export class MagicRegistry<C = unknown> {
  readonly #byName = new Map<string, Magic<C>>();
  /** Names of the magics that each plug-in brought, by what it was loaded as. */
  readonly #loaded = new Map<string, string[]>();

  /** @throws Error when two magics have the same name */
  constructor(magics: Iterable<Magic<C>>) {
    for (const magic of magics) {
      const key = magic.name.toLowerCase();
      if (this.#byName.has(key)) throw new Error(`there are two magics named %${magic.name}`);
      this.#byName.set(key, magic);
    }
  }

  /**
   * Adds the magics of a plug-in; those that it brought when it was loaded before go first.
   * @throws MagicUsageError when one has the name of another, there or from elsewhere; then nothing has changed
   */
  load(plugin: string, magics: readonly Magic<C>[]): void {
    const own = this.#loaded.get(plugin) ?? [];
    const twin = twinOf(magics);
    if (twin !== undefined) throw new MagicUsageError(`${plugin} has two magics named %${twin.name}`);
    const taken = magics.find(
      ({ name }) => this.find(name) !== undefined && !own.includes(name.toLowerCase()),
    );
    if (taken !== undefined) throw new MagicUsageError(this.#twice(plugin, taken.name));
    for (const name of own) this.#byName.delete(name);
    for (const magic of magics) this.#byName.set(magic.name.toLowerCase(), magic);
    this.#loaded.set(
      plugin,
      magics.map(({ name }) => name.toLowerCase()),
    );
  }

  #twice(plugin: string, name: string): string {
    const [other] = [...this.#loaded].find(([, names]) => names.includes(name.toLowerCase())) ?? [];
    return other === undefined
      ? `${plugin} has a magic %${name}, and there is one of that name already; give it another`
      : `${plugin} has a magic %${name}, and so has ${other}, which was loaded before; give one of them another name, and load that again`;
  }

  /** The magics of plug-ins. */
  loaded(): Magic<C>[] {
    return [...this.#loaded.values()].flat().flatMap((name) => this.#byName.get(name) ?? []);
  }

  find(name: string): Magic<C> | undefined {
    return this.#byName.get(name.toLowerCase());
  }

  /** How `%name` may be written, undefined when there is no such magic. */
  kindsOf(name: string): readonly ("line" | "cell")[] | undefined {
    return this.find(name)?.kinds;
  }

  /** It may bring others. */
  loadsMagics(name: string): boolean {
    return this.find(name)?.loadsMagics === true;
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

/** The first that has the name of one before it. */
function twinOf<C>(magics: readonly Magic<C>[]): Magic<C> | undefined {
  const names = magics.map(({ name }) => name.toLowerCase());
  return magics.find((_magic, i) => names.indexOf(names[i] ?? "") < i);
}
