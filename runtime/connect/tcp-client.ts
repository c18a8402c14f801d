import { connect, type Socket } from "node:net";
import type { Clock } from "../time/clock.js";
import { connectionProblem } from "./connection-problem.js";
import { Reconnection } from "./reconnection.js";

export interface TcpAddress {
  host: string;
  port: number;
  /** For the waits between attempts. */
  clock: Clock;
  /** Called with each problem of the connection. */
  told?: (problem: string) => void;
  /** Tells people of a connection that is away for longer. */
  warn?: (text: string) => void;
}

/** What is done with what a server sends. */
export interface TcpReceiver {
  /** A connection begins: nothing of the one before belongs to it. */
  begin?(): void;
  /** @returns why the server is not understood, which ends the connection; undefined when it is */
  receive(bytes: Buffer): string | undefined;
  /** The connection has ended. */
  end?(): void;
}

/** Receives from a TCP server. It connects again, with growing waits, when it is refused or cut off. */
export class TcpClient {
  readonly #connection: Reconnection;
  #socket: Socket | undefined;

  constructor(
    private readonly address: TcpAddress,
    private readonly receiver: TcpReceiver,
  ) {
    this.#connection = new Reconnection({ ...address, where: this.where, connect: () => this.#connect() });
  }

  /** How the connection is, for people. */
  get status(): Pick<Reconnection, "state" | "reason"> {
    const { state, reason } = this.#connection;
    return { state, reason };
  }

  /** `localhost:9999` */
  get where(): string {
    return `${this.address.host}:${this.address.port}`;
  }

  open(): void {
    this.#connection.open();
  }

  /** Reads no further, so that TCP makes the server wait. */
  pause(): void {
    this.#socket?.pause();
  }

  resume(): void {
    this.#socket?.resume();
  }

  close(): void {
    this.#connection.close();
    this.#socket?.removeAllListeners("close");
    this.#socket?.destroy();
  }

  #connect(): void {
    const { host, port } = this.address;
    const socket = connect({ host, port });
    this.#socket = socket;
    this.receiver.begin?.();
    let problem = "the sender closed the connection";
    socket.on("connect", () => this.#connection.connected());
    socket.on("data", (bytes) => {
      const bad = this.receiver.receive(bytes);
      if (bad === undefined) return this.#connection.received();
      problem = bad;
      socket.destroy();
    });
    socket.on("error", (error) => {
      problem = connectionProblem(error, this.where);
    });
    socket.on("close", () => {
      this.receiver.end?.();
      this.#connection.lost(problem);
    });
  }
}
