import type { Clock } from "../time/clock.js";
import { Outage } from "./outage.js";
import type { SourceStatus } from "./source.js";

const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 10_000;

/** What is done with a connection, and who is told how it is. */
export interface Reconnecting {
  /** Whom it is to, for people: "localhost:9999". */
  where: string;
  /** For the waits between attempts. */
  clock: Clock;
  /** Tries once; later tells {@link Reconnection.connected} or {@link Reconnection.lost}. */
  connect(): void;
  /** Called with each problem. */
  told?: ((problem: string) => void) | undefined;
  /** Tells people, once, of a connection that is away for longer, and once that it is back. */
  warn?: ((text: string) => void) | undefined;
}

/** A connection that is made again, with growing waits, when it could not be made or was lost; and how it is, for people. */
export class Reconnection {
  state: SourceStatus["state"] = "waiting";
  /** Why it is not connected; empty when it is. */
  reason = "not started";
  #waitMs = FIRST_RETRY_MS;
  #firstMs = FIRST_RETRY_MS;
  #cancel: (() => void) | undefined;

  readonly #outage: Outage;

  constructor(private readonly how: Reconnecting) {
    this.#outage = new Outage(how.where, how.warn);
  }

  open(): void {
    this.state = "waiting";
    this.reason = "connecting";
    this.how.connect();
  }

  connected(): void {
    this.state = "connected";
    this.reason = "";
    this.#waitMs = this.#firstMs;
    this.#outage.over();
  }

  /** The next attempt comes after a wait, twice as long each time. Nothing happens after {@link close}. */
  lost(problem: string): void {
    if (this.state === "stopped") return;
    const waitMs = this.#waitMs;
    this.#waitMs = Math.min(waitMs * 2, LAST_RETRY_MS);
    this.state = "retrying";
    this.reason = `${problem}; next attempt ${waitMs / 1000} s later`;
    this.how.told?.(problem);
    this.#outage.lasts(problem);
    this.#cancel?.();
    const { clock } = this.how;
    this.#cancel = clock.at(clock.now() + waitMs, () => this.open());
  }

  /** How long the first wait after a connection is. */
  firstWait(ms: number): void {
    this.#firstMs = Math.min(ms, LAST_RETRY_MS);
    this.#waitMs = this.#firstMs;
  }

  /** All has been received that there is. */
  ended(): void {
    this.close();
    this.state = "ended";
  }

  close(): void {
    this.#cancel?.();
    this.state = "stopped";
    this.reason = "";
  }
}
