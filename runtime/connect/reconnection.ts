import type { Clock } from "../time/clock.js";
import type { SourceStatus } from "./source.js";

const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 10_000;

/** A connection that is made again, with growing waits, when it could not be made or was lost; and how it is, for people. */
export class Reconnection {
  state: SourceStatus["state"] = "waiting";
  /** Why it is not connected; empty when it is. */
  reason = "not started";
  #waitMs = FIRST_RETRY_MS;
  #firstMs = FIRST_RETRY_MS;
  #cancel: (() => void) | undefined;

  /**
   * @param clock for the waits
   * @param connect tries once; later tells {@link connected} or {@link lost}
   * @param told called with each problem
   */
  constructor(
    private readonly clock: Clock,
    private readonly connect: () => void,
    private readonly told: (problem: string) => void = () => undefined,
  ) {}

  open(): void {
    this.state = "waiting";
    this.reason = "connecting";
    this.connect();
  }

  connected(): void {
    this.state = "connected";
    this.reason = "";
    this.#waitMs = this.#firstMs;
  }

  /** The next attempt comes after a wait, twice as long each time. Nothing happens after {@link close}. */
  lost(problem: string): void {
    if (this.state === "stopped") return;
    const waitMs = this.#waitMs;
    this.#waitMs = Math.min(waitMs * 2, LAST_RETRY_MS);
    this.state = "retrying";
    this.reason = `${problem}; next attempt ${waitMs / 1000} s later`;
    this.told(problem);
    this.#cancel?.();
    this.#cancel = this.clock.at(this.clock.now() + waitMs, () => this.open());
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

const CAUSES: Record<string, string> = {
  ECONNREFUSED: "nothing listens there",
  ENOTFOUND: "the host name is unknown",
  ETIMEDOUT: "the host does not answer",
  ECONNRESET: "the sender reset the connection",
};

/** What went wrong with a connection to `where`, in words. */
export function connectionProblem(error: unknown, where: string): string {
  const { code, message } = rootOf(error);
  return `${where}: ${CAUSES[code] ?? message} (${code})`;
}

/** A name with several addresses fails with all their errors at once, fetch with the one that caused its own. */
function rootOf(error: unknown): { code: string; message: string } {
  if (error instanceof AggregateError && error.errors.length > 0) return rootOf(error.errors[0]);
  if (error instanceof Error && error.cause instanceof Error) return rootOf(error.cause);
  const { code, name, message } = error as NodeJS.ErrnoException;
  return { code: code ?? name, message };
}
