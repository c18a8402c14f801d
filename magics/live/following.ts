/** What follows contexts of the engine: displays of one kind, which are shown anew when something of their context has changed. */

import type { Clock } from "../../runtime/time/clock.js";
import { Pace } from "./pace.js";

/** @typeParam D the displays of one context, and what they were sent */
export class Following<D extends object> {
  readonly #contexts = new Map<string, { displays: D; pace: Pace }>();

  /**
   * @param clock real time, whatever that of the contexts is
   * @param intervalMs between two changes of a context's displays, at least
   * @param create for a context that nothing has followed yet
   * @param show is called now or when its time has come; `true`: look again after the interval, whatever happens until then
   */
  constructor(
    private readonly clock: Clock,
    private readonly intervalMs: number,
    private readonly create: () => D,
    private readonly show: (context: string, displays: D) => boolean,
  ) {}

  /** The displays of a context, made where there are none. */
  of(context: string): D {
    const followed = this.#contexts.get(context);
    if (followed !== undefined) return followed.displays;
    const displays = this.create();
    const pace = new Pace(this.clock, this.intervalMs, () => {
      if (this.show(context, displays)) pace.later();
    });
    this.#contexts.set(context, { displays, pace });
    return displays;
  }

  /** Something of a context is another than it was. @param isOver it ended: shown at once, since a cell that ends it waits for the last picture */
  changed(context: string, isOver: boolean): void {
    const pace = this.#contexts.get(context)?.pace;
    if (isOver) pace?.now();
    else pace?.ask();
  }

  /** The context whose displays these are; undefined when nothing was followed that has such. */
  contextWith(isMeant: (displays: D) => boolean): string | undefined {
    return [...this.#contexts].find(([, { displays }]) => isMeant(displays))?.[0];
  }
}
