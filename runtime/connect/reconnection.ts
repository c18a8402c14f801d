import type { Clock } from "../time/clock.js";
import { Outage } from "./outage.js";
import type { SourceStatus } from "./source.js";

const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 10_000;

/** A connection that brings nothing and ends sooner is as good as none. */
const AT_ONCE_MS = 2000;

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
  /** When the connection was made, as long as it has brought nothing. */
  #connectedMs: number | undefined;
  /** The last one ended at once: the next must bring something before it counts, or last. */
  #isDoubted = false;

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
    this.#connectedMs = this.how.clock.now();
    if (!this.#isDoubted) this.#isWell();
  }

  /** Something came, and was understood. */
  received(): void {
    this.#connectedMs = undefined;
    if (!this.#isDoubted) return;
    this.#isDoubted = false;
    this.#isWell();
  }

  #isWell(): void {
    this.#waitMs = this.#firstMs;
    this.#outage.over();
  }

  /** The next attempt comes after a wait, twice as long each time. Nothing happens after {@link close}. */
  lost(problem: string): void {
    if (this.state === "stopped") return;
    this.#judge();
    const waitMs = this.#waitMs;
    // A server may want no wait at all; it may also be away.
    this.#waitMs = Math.min(Math.max(waitMs * 2, FIRST_RETRY_MS), LAST_RETRY_MS);
    this.state = "retrying";
    this.reason = `${problem}; next attempt ${waitMs / 1000} s later`;
    this.how.told?.(problem);
    this.#outage.lasts(problem);
    this.#cancel?.();
    const { clock } = this.how;
    this.#cancel = clock.at(clock.now() + waitMs, () => this.open());
  }

  /**
   * Who takes each connection and ends it at once is as far away as who takes none: a proxy before a server that is down, or one that
   * speaks another protocol.
   */
  #judge(): void {
    if (this.#connectedMs === undefined) return;
    const lastedMs = this.how.clock.now() - this.#connectedMs;
    this.#connectedMs = undefined;
    if (lastedMs < AT_ONCE_MS) this.#isDoubted = true;
    else this.received();
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
