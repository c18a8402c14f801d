/** The one place that sends on a socket: zeromq.js refuses (EBUSY) a send while another one is pending. */

import { type Log, messageOf } from "./log.js";

/** The part of a zeromq socket that this queue uses. */
export interface Sender {
  send(parts: Buffer[]): Promise<void>;
}

/** Sends multipart messages in the order given, one at a time. */
export class SendQueue {
  readonly #socket: Sender;
  readonly #log: Log;
  #last: Promise<unknown> = Promise.resolve();

  constructor(socket: Sender, log: Log) {
    this.#socket = socket;
    this.#log = log;
  }

  /**
   * True once ZMQ has taken the message, false when it could not (the peer is gone); never rejects.
   * @param parts makes the message; called when all given earlier have been sent, and never before the caller has gone on:
   * what is more urgent than the message is done first
   */
  send(parts: () => Buffer[]): Promise<boolean> {
    const sent = this.#last.then(() => this.#sendNow(parts));
    this.#last = sent;
    return sent;
  }

  /** Resolves when all that was given so far has been taken. */
  async drained(): Promise<void> {
    await this.#last;
  }

  async #sendNow(parts: () => Buffer[]): Promise<boolean> {
    try {
      await this.#socket.send(parts());
      return true;
    } catch (error) {
      this.#log("warn", `a message was not sent: ${messageOf(error)}`);
      return false;
    }
  }
}
