import type { StreamEvent } from "./stream-event.js";

/** Something that is told of by several events. */
export interface Turn {
  tell(event: StreamEvent): void;
  /** Its last event. */
  over(event: StreamEvent): void;
}

interface Waiting {
  events: StreamEvent[];
  isOver: boolean;
}

/**
 * Tells of one thing after the other, in the order in which they began, as Spark does, where one job runs at a time. Here they
 * overlap: while the program is busy with the body of an output, others and later batches go on. What is to be told of those
 * waits, for the program would not hear of it earlier.
 */
export class EventOrder {
  readonly #turns: Waiting[] = [];

  constructor(private readonly onEvent: (event: StreamEvent) => void) {}

  /** The next thing begins. */
  begin(): Turn {
    const turn: Waiting = { events: [], isOver: false };
    this.#turns.push(turn);
    const tell = (event: StreamEvent) => {
      turn.events.push(event);
      this.#flush();
    };
    return {
      tell,
      over: (event) => {
        turn.isOver = true;
        tell(event);
      },
    };
  }

  #flush(): void {
    for (let first = this.#turns[0]; first !== undefined; first = this.#turns[0]) {
      for (const event of first.events.splice(0)) this.onEvent(event);
      if (!first.isOver) return;
      this.#turns.shift();
    }
  }
}
