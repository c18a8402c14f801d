/** Counts what had to be dropped. */

import type { Drop } from "../wire/message.js";
import type { Log } from "./log.js";

const REASONS: Record<Drop, string> = {
  malformed: "not a message of the Jupyter protocol",
  badSignature: "the signature does not fit the connection's key",
  replayed: "the same signature was seen before",
};

/** Counts dropped messages by reason and logs the 1st, 2nd, 4th, 8th … of each, so that a flood cannot fill the log. */
export class DropCounter {
  readonly #log: Log;
  readonly #counts = new Map<Drop, number>();

  constructor(log: Log) {
    this.#log = log;
  }

  count(reason: Drop, channel: string): void {
    const count = this.of(reason) + 1;
    this.#counts.set(reason, count);
    if (Number.isInteger(Math.log2(count))) {
      this.#log("warn", `${count} message(s) dropped, the last on ${channel}: ${REASONS[reason]}`);
    }
  }

  /** How many were dropped for `reason` since the start. */
  of(reason: Drop): number {
    return this.#counts.get(reason) ?? 0;
  }
}
