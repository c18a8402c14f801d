import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { Receiver } from "./receiver.js";

/** Turns the bytes of a connection into records. */
export type Converter<T> = (bytes: AsyncIterable<Uint8Array>) => Iterable<T> | AsyncIterable<T>;

/** Of the first attempt to connect again, as of the other sources. */
const RETRY_MS = 250;

/** `socketStream`: records that a function of the program makes of the bytes of a TCP server. */
export class SocketReceiver<T> extends Receiver<T> {
  #socket: Socket | undefined;

  constructor(
    private readonly host: string,
    private readonly port: number,
    private readonly converter: Converter<T>,
  ) {
    super();
  }

  async onStart(): Promise<void> {
    const { host, port } = this;
    const socket = connect({ host, port });
    this.#socket = socket;
    try {
      await once(socket, "connect");
      await this.storeAll(this.converter(socket));
      if (this.#socket === socket)
        this.restart(`${host}:${port}: the sender closed the connection`, undefined, RETRY_MS);
    } catch (error) {
      if (this.#socket === socket) this.restart(`${host}:${port}`, error, RETRY_MS);
    }
  }

  onStop(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }
}
