import type { ScratchFiles } from "../disk/scratch-folder.js";

/** What the states of one worker may hold in memory. What is held is an estimate, and told by the states themselves. */
export class StateRoom {
  readonly #held = new Map<object, number>();
  #bytes = 0;

  /** @param files where the rest goes */
  constructor(
    readonly limitBytes: number,
    readonly files: ScratchFiles,
  ) {}

  /** What all states hold in memory. */
  get bytes(): number {
    return this.#bytes;
  }

  /** A state holds so many bytes of heap now; with none it is forgotten. */
  hold(state: object, bytes: number): void {
    this.#bytes += bytes - (this.#held.get(state) ?? 0);
    if (bytes === 0) this.#held.delete(state);
    else this.#held.set(state, bytes);
  }

  /** What a state may hold: its part of the limit, and what others leave of theirs. */
  shareOf(state: object): number {
    const own = this.#held.get(state);
    const states = this.#held.size + (own === undefined ? 1 : 0);
    return Math.max(this.limitBytes / states, this.limitBytes - this.#bytes + (own ?? 0));
  }
}
