/** Classes as a JVM has them in memory, kept for the next start of the same program: it maps them, where it would load and check them. */

import { existsSync, mkdirSync, renameSync } from "node:fs";
import { dirname } from "node:path";
import type { Java } from "./java.js";
import { keptAt } from "./made-once.js";

/** Of one run of a program: the first one, of this version of Java, keeps its classes when it ends; later ones use them. */
export class ClassArchive {
  readonly #kept: string;
  /** Where this run writes them; undefined when they are there. */
  readonly #making: string | undefined;

  /**
   * @param name of the program with its version
   * @param run that no other process gives: several may end at a time
   */
  constructor(name: string, { version }: Java, run: string) {
    this.#kept = keptAt(`${name}-java-${version}.jsa`);
    this.#making = existsSync(this.#kept) ? undefined : `${this.#kept}.making-${run}`;
  }

  /** Of the JVM. */
  arguments(): string[] {
    if (this.#making === undefined) return [`-XX:SharedArchiveFile=${this.#kept}`, "-Xshare:auto"];
    mkdirSync(dirname(this.#making), { recursive: true });
    return [`-XX:ArchiveClassesAtExit=${this.#making}`];
  }

  /** The run has ended. One that was killed has kept nothing. */
  keep(): void {
    if (this.#making !== undefined && existsSync(this.#making)) renameSync(this.#making, this.#kept);
  }
}
