/** Comms that the notebook's own code answers: the front passes them on. */

import type { CommMessage } from "../wire/comm.js";
import type { Cell } from "./cells.js";
import { type Clock, within } from "./clock.js";
import type { CommEvent, CommOwner } from "./comms.js";
import type { Evaluator } from "./evaluator.js";

/** How long a comm message counts as being worked on. While a cell runs its handlers may have to wait for the cell. */
const COMM_DEADLINE_MS = { free: 1_000, busy: 250 };
/** An evaluator that is not there by then will not come. */
const START_MS = 5_000;

/** Closes a comm that a client has opened and nobody can answer; `request` is the opening. */
type Refuse = (comm: string, request: Cell) => void;

export class EvaluatorComms implements CommOwner {
  readonly #evaluator: Evaluator;
  readonly #clock: Clock;
  readonly #refuse: Refuse;
  readonly #waiting = new Map<string, () => void>();

  constructor(evaluator: Evaluator, clock: Clock, refuse: Refuse) {
    this.#evaluator = evaluator;
    this.#refuse = refuse;
    this.#clock = clock;
  }

  async receive(event: CommEvent, message: CommMessage & { target?: string }, request: Cell): Promise<void> {
    const { comm, data, metadata, target, buffers } = message;
    const opened = target === undefined ? {} : { target };
    if (!this.#evaluator.failed) await within(this.#clock, START_MS, this.#evaluator.ready, () => undefined);
    if (this.#evaluator.failed) {
      if (event === "open") this.#refuse(comm, request);
      return;
    }
    const deadlineMs = this.#evaluator.runs ? COMM_DEADLINE_MS.busy : COMM_DEADLINE_MS.free;
    const handled = new Promise<void>((resolve) => this.#waiting.set(request.id, resolve));
    this.#evaluator.send(
      { type: "comm", event, comm, data, metadata, request: request.id, ...opened },
      buffers,
    );
    await within(this.#clock, deadlineMs, handled, () => undefined);
    this.#waiting.delete(request.id);
  }

  /** The evaluator's handlers of the message `request` have run. */
  handled(request: string): void {
    this.#waiting.get(request)?.();
  }
}
