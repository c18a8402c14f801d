/** What shell and control have in common: requests come in, replies go to whoever asked. */

import type { Router } from "zeromq";
import type { Codec, Incoming, Outgoing } from "../wire/message.js";
import type { DropCounter } from "./drops.js";
import type { Log } from "./log.js";
import { receiveEach } from "./receive.js";
import { SendQueue } from "./send-queue.js";

/** One ROUTER socket that takes requests. What cannot be read or is not signed is dropped and counted. */
export class RequestChannel {
  readonly #queue: SendQueue;
  readonly #codec: Codec;

  constructor(
    readonly name: "shell" | "control" | "stdin",
    socket: Router,
    codec: Codec,
    drops: DropCounter,
    log: Log,
    take: (message: Incoming, channel: RequestChannel) => void,
  ) {
    this.#queue = new SendQueue(socket, log);
    this.#codec = codec;
    void receiveEach(socket, log, (parts) => {
      const message = codec.decode(parts);
      if (typeof message === "string") drops.count(message, name);
      else take(message, this);
    });
  }

  /** Sends `message` to the client that sent `to`, as an answer to it. False when that client is gone. */
  send(to: Pick<Incoming, "identities" | "id" | "headerJson">, message: Outgoing): Promise<boolean> {
    return this.#queue.send(() => this.#codec.encode(to.identities, to, message));
  }

  /** Resolves when ZMQ has taken all replies. */
  drained(): Promise<void> {
    return this.#queue.drained();
  }
}
