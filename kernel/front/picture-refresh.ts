/** When the picture of a live display is drawn anew for front ends without the plugin. */

import type { Cancel, Clock } from "./clock.js";

/** Every update marks the notebook as changed and costs a front end 10 ms or more: at most two per second. */
export const REFRESH_MS = 500;
/** A client that has the plugin opens its comm well within this time; while one has, no picture is sent. */
export const ALONE_MS = 3_000;

/** The schedule of one display. */
export class PictureRefresh {
  readonly #clock: Clock;
  readonly #draw: () => Promise<void>;
  #aloneSinceMs: number;
  #lastMs = Number.NEGATIVE_INFINITY;
  #watched = false;
  #changed = false;
  #drawing: Promise<void> | undefined;
  #cancel: Cancel | undefined;

  /** `draw` draws and publishes the picture of the moment. */
  constructor(clock: Clock, draw: () => Promise<void>) {
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
  set watched(watched: boolean) {
    if (watched === this.#watched) return;
    this.#watched = watched;
    this.#aloneSinceMs = this.#clock.now();
    if (watched) this.#unschedule();
    else this.#schedule();
  }

  /** Draws the picture of now when nobody watches, whatever the time; what was due is then drawn. */
  async drawNow(): Promise<void> {
    this.#unschedule();
    await this.#drawing;
    this.#unschedule();
    if (!this.#watched) await this.#draw();
  }

  #schedule(): void {
    if (this.#watched || !this.#changed || this.#drawing || this.#cancel) return;
    const due = Math.max(this.#lastMs + REFRESH_MS, this.#aloneSinceMs + ALONE_MS);
    this.#cancel = this.#clock.after(Math.max(0, due - this.#clock.now()), () => this.#drawDue());
  }

  #unschedule(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#changed = false;
  }

  #drawDue(): void {
    this.#cancel = undefined;
    this.#changed = false;
    this.#lastMs = this.#clock.now();
    this.#drawing = this.#draw().finally(() => {
      this.#drawing = undefined;
      this.#schedule();
    });
  }
}
