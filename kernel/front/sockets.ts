/** The five ZMQ sockets of a kernel. */

import { Router, type Socket, XPublisher } from "zeromq";
import { type Channel, type Connection, endpoint } from "../wire/connection.js";

/** What a closed socket may still take to hand its last messages over. */
const LINGER_MS = 1_000;

/** Messages that may wait for one client on iopub before ZMQ drops the next: a client that stands still costs no more. */
const IOPUB_WAITING = 50_000;

/** Options of ZMQ on a manual XPUB socket, which zeromq.js does not name. */
const ZMQ_SUBSCRIBE = 6;
const ZMQ_UNSUBSCRIBE = 7;

/**
 * Each subscription is read as a message and takes effect only when it is accepted, so that a welcome can be the first
 * message a subscriber gets. Both calls are about the message that was read last.
 */
export class ManualPublisher extends XPublisher {
  accept(topic: Buffer): void {
    this.setStringOption(ZMQ_SUBSCRIBE, topic);
  }

  end(topic: Buffer): void {
    this.setStringOption(ZMQ_UNSUBSCRIBE, topic);
  }
}

export type Sockets = { iopub: ManualPublisher } & Record<Exclude<Channel, "iopub">, Router>;

/**
 * Binds all sockets where the connection file says.
 * @throws Error naming the channel and endpoint that could not be bound.
 */
export async function bindSockets(connection: Connection): Promise<Sockets> {
  // handover: a client that reconnects under the same identity gets its replies.
  const options = { linger: LINGER_MS, handover: true };
  const sockets: Sockets = {
    shell: new Router(options),
    control: new Router(options),
    // mandatory: a question to a client that is gone fails, instead of waiting for ever.
    stdin: new Router({ ...options, mandatory: true }),
    hb: new Router(options),
    iopub: new ManualPublisher({ linger: LINGER_MS, sendHighWaterMark: IOPUB_WAITING, manual: true }),
  };
  await Promise.all(
    entries(sockets).map(([channel, socket]) => bind(socket, channel, endpoint(connection, channel))),
  );
  return sockets;
}

/** Closes all sockets; messages that ZMQ has taken still go out. */
export function closeSockets(sockets: Sockets): void {
  for (const [, socket] of entries(sockets)) socket.close();
}

async function bind(socket: Socket, channel: Channel, address: string): Promise<void> {
  try {
    await socket.bind(address);
  } catch (error) {
    throw new Error(
      `cannot bind the ${channel} channel to ${address}: ${error instanceof Error ? error.message : error}`,
    );
  }
}

function entries(sockets: Sockets): [Channel, Socket][] {
  const { shell, control, stdin, hb, iopub } = sockets;
  return Object.entries({ shell, control, stdin, hb, iopub }) as [Channel, Socket][];
}
