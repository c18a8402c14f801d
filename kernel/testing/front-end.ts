/** A front end for tests: real ZMQ sockets, every message checked, nothing lost from sight. */

import { randomUUID } from "node:crypto";
import { Dealer, Subscriber } from "zeromq";
import { type Channel, type Connection, endpoint } from "../wire/connection.js";
import type { JsonObject } from "../wire/fields.js";
import { Codec, type Incoming, type Parent } from "../wire/message.js";
import { Signature } from "../wire/signature.js";
import { Exchange } from "./exchange.js";
import { Mailbox } from "./mailbox.js";

export type RequestChannelName = "shell" | "control" | "stdin";

export interface ExecuteOptions {
  silent?: boolean;
  storeHistory?: boolean;
  allowStdin?: boolean;
  stopOnError?: boolean;
  userExpressions?: Record<string, string>;
  /** The notebook's own id of the cell. */
  cellId?: string;
}

/** A client is there before its kernel: it looks again soon, or the start would be measured in steps of 100 ms. */
const PROMPT = { linger: 0, reconnectInterval: 5 };

export class FrontEnd {
  readonly #connection: Connection;
  readonly #codec: Codec;
  readonly #session = randomUUID();
  readonly #sockets: Record<RequestChannelName, Dealer>;
  readonly #heartbeat = new Dealer({ ...PROMPT });
  readonly #subscriber = new Subscriber({ ...PROMPT, receiveHighWaterMark: 0 });
  readonly #exchanges = new Map<string, Exchange>();
  readonly #faults: string[] = [];
  #nextHeader = 0;
  /** Messages on iopub that answer no request of this client: of other clients, and iopub_welcome. */
  readonly others = new Mailbox<Incoming>();

  private constructor(connection: Connection) {
    this.#connection = connection;
    const signature = new Signature(connection.key, connection.signatureScheme);
    this.#codec = new Codec({ signature, session: this.#session, username: "test", now: Date.now });
    const dealer = () => new Dealer({ ...PROMPT, routingId: this.#session, receiveHighWaterMark: 0 });
    this.#sockets = { shell: dealer(), control: dealer(), stdin: dealer() };
  }

  /** Connects all channels; resolves when iopub is subscribed, so that nothing is missed. */
  static async connect(connection: Connection): Promise<FrontEnd> {
    const client = new FrontEnd(connection);
    client.#connectAll();
    while ((await client.others.take("iopub_welcome")).type !== "iopub_welcome");
    return client;
  }

  /**
   * The same with a kernel that welcomes nobody (before JEP 65): resolves when it has answered and something it
   * published has come.
   */
  static async connectUnwelcomed(connection: Connection): Promise<FrontEnd> {
    const client = new FrontEnd(connection);
    client.#connectAll();
    for (let published = false; !published; ) {
      const probe = client.request("shell", "kernel_info_request", {});
      await probe.replies.take("kernel_info_reply");
      published = await probe.iopub.take("status", 100).then(
        () => true,
        () => false,
      );
    }
    return client;
  }

  /** Sends a request and returns what will answer it. */
  request(
    channel: RequestChannelName,
    type: string,
    content: JsonObject,
    options: RequestOptions = {},
  ): Exchange {
    const id = `${this.#session}-${++this.#nextHeader}`;
    const exchange = new Exchange(id, `${type} ${JSON.stringify(content).slice(0, 80)}`);
    this.#exchanges.set(id, exchange);
    void this.#sockets[channel].send(
      this.#codec.encode([], options.parent, { id, type, content, ...options }),
    );
    return exchange;
  }

  /** Sends an execute_request. */
  execute(code: string, options: ExecuteOptions = {}): Exchange {
    const content = {
      code,
      silent: options.silent ?? false,
      store_history: options.storeHistory ?? true,
      user_expressions: options.userExpressions ?? {},
      allow_stdin: options.allowStdin ?? false,
      stop_on_error: options.stopOnError ?? true,
    };
    const metadata = options.cellId === undefined ? {} : { cellId: options.cellId };
    return this.request("shell", "execute_request", content, { metadata });
  }

  /** Resolves when the kernel has run a cell, so that the next one runs at once. Leaves no trace in counts or history. */
  async ready(): Promise<void> {
    await this.execute("", { silent: true }).finish();
  }

  /** Resolves when the kernel has read what was sent on shell before, whatever waits there. */
  async received(): Promise<void> {
    await this.request("shell", "kernel_info_request", {}).finish();
  }

  /** Answers a question on stdin. */
  reply(question: Incoming, value: string): void {
    const message = { type: "input_reply", content: { value, status: "ok" } };
    void this.#sockets.stdin.send(this.#codec.encode([], question, message));
  }

  /** Sends frames as they are, for messages that no honest client sends. */
  async sendRaw(channel: RequestChannelName, frames: Buffer[]): Promise<void> {
    await this.#sockets[channel].send(frames);
  }

  /** The frames of a request, signed with the key of the connection, without sending them. */
  frames(type: string, content: JsonObject): Buffer[] {
    return this.#codec.encode([], undefined, { type, content });
  }

  /** Sends a ping; resolves with what came back. */
  async ping(text: string): Promise<string> {
    await this.#heartbeat.send(text);
    const [pong] = await this.#heartbeat.receive();
    return String(pong);
  }

  /** @throws AssertionError when a message was not taken by the test, Error when one was not valid. */
  assertNothingLeft(): void {
    if (this.#faults.length > 0) throw new Error(`invalid messages: ${this.#faults.join("; ")}`);
    for (const exchange of this.#exchanges.values()) exchange.assertNothingLeft();
  }

  /** From now on this client does not care: for tests of what the kernel does to processes. */
  forget(): void {
    this.#exchanges.clear();
  }

  close(): void {
    for (const socket of this.#all()) socket.close();
  }

  /** {@link close}; resolves when the connections are cut: only then can the kernel know of it. */
  async leave(): Promise<void> {
    const cut = this.#all().map((socket) => new Promise((resolve) => socket.events.on("end", resolve)));
    this.close();
    await Promise.all(cut);
  }

  #all(): (Dealer | Subscriber)[] {
    return [...Object.values(this.#sockets), this.#heartbeat, this.#subscriber];
  }

  #connectAll(): void {
    this.#subscriber.subscribe();
    this.#subscriber.connect(this.#endpoint("iopub"));
    this.#heartbeat.connect(this.#endpoint("hb"));
    void this.#receive(this.#subscriber, (message) => this.#published(message));
    for (const channel of ["shell", "control", "stdin"] as const) {
      const socket = this.#sockets[channel];
      socket.connect(this.#endpoint(channel));
      const box = channel === "stdin" ? "stdin" : "replies";
      void this.#receive(socket, (message) => this.#exchangeOf(message)?.[box].put(message));
    }
  }

  async #receive(socket: Dealer | Subscriber, take: (message: Incoming) => void): Promise<void> {
    for await (const frames of socket) {
      const message = this.#codec.decode(frames);
      if (typeof message === "string")
        this.#faults.push(`${message}: ${frames.map(String).join(" | ").slice(0, 200)}`);
      else take(this.#checked(message));
    }
  }

  #published(message: Incoming): void {
    (this.#exchangeOf(message)?.iopub ?? this.others).put(message);
  }

  #exchangeOf({ parentId }: Incoming): Exchange | undefined {
    return parentId === undefined ? undefined : this.#exchanges.get(parentId);
  }

  /** Every header has all its fields, whatever the test looks at. */
  #checked(message: Incoming): Incoming {
    const header: JsonObject = JSON.parse(message.headerJson);
    const missing = ["msg_id", "msg_type", "session", "username", "date", "version"].filter(
      (field) => typeof header[field] !== "string",
    );
    if (missing.length > 0) this.#faults.push(`${message.type} lacks ${missing.join(", ")} in its header`);
    if (Number.isNaN(Date.parse(String(header.date))))
      this.#faults.push(`${message.type} has the date ${header.date}`);
    return message;
  }

  #endpoint(channel: Channel): string {
    return endpoint(this.#connection, channel);
  }
}

export interface RequestOptions {
  metadata?: JsonObject;
  buffers?: readonly Uint8Array[];
  parent?: Parent;
}
