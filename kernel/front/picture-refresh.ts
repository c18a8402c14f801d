/** When the picture of a live display is drawn anew for front ends without the plugin. */

import type { Cancel, Clock } from "./clock.js";

/** Every update marks the notebook as changed and costs a front end 10 ms or more: at most two per second. */
export const REFRESH_MS = 500;
/** A client that has the plugin opens its comm well within this time; while one has, no picture is sent. */
export const ALONE_MS = 3_000;

/** Draws and publishes the picture of the moment. `isLast`: what is shown has come to a standstill. */
export type Draw = (isLast: boolean) => Promise<void>;

/** The schedule of one display: its pictures are begun and published one after the other, so that none takes the place of a later one. */
export class PictureRefresh {
  readonly #clock: Clock;
  readonly #draw: Draw;
  #aloneSinceMs: number;
  #lastMs = Number.NEGATIVE_INFINITY;
  #watched = false;
  #changed = false;
  /** Settles when all that was begun so far is done. */
  #turn: Promise<unknown> = Promise.resolve();
  /** A picture that waits for its turn: it will be of what there is then. */
  #next: { isLast: boolean; drawn: Promise<void> } | undefined;
  #cancel: Cancel | undefined;

  constructor(clock: Clock, draw: Draw) {
    this.#clock = clock;
    this.#draw = draw;
    this.#aloneSinceMs = clock.now();
  }

  /** The rows have changed: their picture is due. */
  changed(): void {
    this.#changed = true;
    this.#schedule();
  }

  /** Whether a client with the plugin shows the display. */
  get watched(): boolean {
    return this.#watched;
  }

  set watched(watched: boolean) {
    if (watched === this.#watched) return;
    this.#watched = watched;
    this.#aloneSinceMs = this.#clock.now();
    if (watched) this.#unschedule();
    else this.#schedule();
  }

  /** Begins `picture` when those begun before are done; those that come later wait for it. */
  inTurn<T>(picture: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(picture);
    this.#turn = done.catch(() => undefined); // told to who asked
    return done;
  }

  /** Draws the last picture when nobody watches, whatever the time; what was due is then drawn. */
  async drawLast(): Promise<void> {
    if (!this.#watched) await this.#drawNext(true);
  }

  #schedule(): void {
    if (this.#watched || !this.#changed || this.#next || this.#cancel) return;
    const due = Math.max(this.#lastMs + REFRESH_MS, this.#aloneSinceMs + ALONE_MS);
    this.#cancel = this.#clock.after(Math.max(0, due - this.#clock.now()), () => {
      this.#cancel = undefined;
      void this.#drawNext(false);
    });
  }

  #unschedule(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#changed = false;
  }

  #drawNext(isLast: boolean): Promise<void> {
    this.#next ??= { isLast, drawn: this.inTurn(() => this.#drawNow()) };
    this.#next.isLast ||= isLast;
    return this.#next.drawn;
  }

  async #drawNow(): Promise<void> {
    const isLast = this.#next?.isLast === true;
    this.#next = undefined;
    if (this.#watched) return;
    this.#unschedule();
    this.#lastMs = this.#clock.now();
    await this.#draw(isLast);
  }
}
