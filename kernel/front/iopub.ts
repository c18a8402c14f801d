/** The iopub channel: everything that all clients see. */

import type { Codec, Outgoing, Parent } from "../wire/message.js";
import { type ExecutionState, iopubWelcome, status } from "../wire/status.js";
import { type StreamName, stream } from "../wire/stream.js";
import type { Clock } from "./clock.js";
import type { Log } from "./log.js";
import { receiveEach } from "./receive.js";
import { SendQueue } from "./send-queue.js";
import type { ManualPublisher } from "./sockets.js";
import { StreamCoalescer } from "./stream-coalescer.js";

const SUBSCRIBE = 1;

/** Publishes in the order of its calls. Text of streams is joined for a few milliseconds; anything else flushes it first. */
export class Iopub {
  readonly #queue: SendQueue;
  readonly #codec: Codec;
  readonly #topic: string;
  readonly #texts: StreamCoalescer<Parent>;

  /** `topic` begins the first frame of every message: `kernel.<session>`. */
  constructor(socket: ManualPublisher, codec: Codec, topic: string, clock: Clock, log: Log) {
    this.#queue = new SendQueue(socket, log);
    this.#codec = codec;
    this.#topic = topic;
    this.#texts = new StreamCoalescer(clock, (parent, name, text) => this.#send(parent, stream(name, text)));
    void receiveEach(socket, log, ([frame]) => this.#subscription(socket, frame));
  }

  /** `parent` is what caused the message; undefined only for the kernel's own start. */
  publish(parent: Parent | undefined, message: Outgoing): void {
    this.#texts.flush();
    this.#send(parent, message);
  }

  /** Text of stdout or stderr. */
  stream(parent: Parent, name: StreamName, text: string): void {
    this.#texts.add(parent, name, text);
  }

  status(parent: Parent | undefined, state: ExecutionState): void {
    this.publish(parent, status(state));
  }

  /** Sends what waits. Resolves when ZMQ has all of it. */
  async flush(): Promise<void> {
    this.#texts.flush();
    await this.#queue.drained();
  }

  /** What was published before does not reach a new subscriber: its first message is its welcome. */
  async #subscription(socket: ManualPublisher, frame: Buffer | undefined): Promise<void> {
    const topic = frame?.subarray(1);
    if (topic === undefined) return;
    if (frame?.[0] !== SUBSCRIBE) return socket.end(topic);
    this.#texts.flush();
    await this.#queue.send(() => {
      socket.accept(topic);
      return this.#codec.encode([topic], undefined, iopubWelcome(topic.toString("utf8")));
    });
  }

  #send(parent: Parent | undefined, message: Outgoing): void {
    void this.#queue.send(() => {
      const topic = Buffer.from(`${this.#topic}.${message.type}`);
      return this.#codec.encode([topic], parent, message);
    });
  }
}
