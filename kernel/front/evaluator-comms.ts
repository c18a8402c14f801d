/** Comms that the notebook's own code answers: the front passes them on. */

import type { CommMessage } from "../wire/comm.js";
import type { Cell } from "./cells.js";
import { type Clock, within } from "./clock.js";
import type { CommEvent, CommOwner } from "./comms.js";
import type { Evaluator } from "./evaluator.js";

/** How long a comm message counts as being worked on: its handlers may have to wait for a busy cell. */
export const COMM_DEADLINE_MS = 250;

export class EvaluatorComms implements CommOwner {
  readonly #evaluator: Evaluator;
  readonly #clock: Clock;
  readonly #waiting = new Map<string, () => void>();

  constructor(evaluator: Evaluator, clock: Clock) {
    this.#evaluator = evaluator;
    this.#clock = clock;
  }

  async receive(event: CommEvent, message: CommMessage & { target?: string }, request: Cell): Promise<void> {
    const { comm, data, metadata, target, buffers } = message;
    const opened = target === undefined ? {} : { target };
    const handled = new Promise<void>((resolve) => this.#waiting.set(request.id, resolve));
    this.#evaluator.send(
      { type: "comm", event, comm, data, metadata, request: request.id, ...opened },
      buffers,
    );
    await within(this.#clock, COMM_DEADLINE_MS, handled, () => undefined);
    this.#waiting.delete(request.id);
  }

  /** The evaluator's handlers of the message `request` have run. */
  handled(request: string): void {
    this.#waiting.get(request)?.();
  }
}
