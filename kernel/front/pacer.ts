/** Slows down what must not be dropped. */

import { type Clock, sleep } from "./clock.js";

/** Displays, updates and comm messages: a Jupyter server drops what exceeds 1000 messages/s over 3 s. */
export const DISPLAY_RATE: Rate = { burst: 1_500, perSecond: 500 };

export interface Rate {
  /** Messages that may go at once after a pause. */
  burst: number;
  perSecond: number;
}

/** A bucket of turns that fills at a given rate. */
export class Pacer {
  readonly #clock: Clock;
  readonly #rate: Rate;
  readonly #open: () => boolean;
  #turns: number;
  #filledMs: number;

  /** While `open` says so, nobody waits: what an interrupted cell had sent has to be over soon. */
  constructor(clock: Clock, rate: Rate, open: () => boolean = () => false) {
    this.#clock = clock;
    this.#rate = rate;
    this.#open = open;
    this.#turns = rate.burst;
    this.#filledMs = clock.now();
  }

  /** Takes a turn: undefined when there is one now, else a promise that resolves when its time has come. */
  turn(): Promise<void> | undefined {
    if (this.#open()) return undefined;
    this.#fill();
    this.#turns -= 1;
    return this.#turns >= 0 ? undefined : sleep(this.#clock, (-this.#turns / this.#rate.perSecond) * 1000);
  }

  /** Takes a turn if there is one now. */
  takeTurn(): boolean {
    this.#fill();
    if (this.#turns < 1) return false;
    this.#turns -= 1;
    return true;
  }

  #fill(): void {
    const now = this.#clock.now();
    const gained = ((now - this.#filledMs) / 1000) * this.#rate.perSecond;
    this.#turns = Math.min(this.#rate.burst, this.#turns + gained);
    this.#filledMs = now;
  }
}
