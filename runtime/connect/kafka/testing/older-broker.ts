import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";

/** Of the answer to which versions a broker speaks: length, correlation, error, number of entries; each is key, least and most. */
const HEAD_BYTES = 14;
const ENTRY_BYTES = 6;

/**
 * A broker as it was some years ago: it passes everything on to one of today, and says that it speaks no more than these versions.
 * Only who begins with it is told so; kafkajs takes its word for all brokers of the cluster.
 */
export class OlderBroker {
  readonly #sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {}

  /** @param most version by the key of a request */
  static async before(broker: string, most: Readonly<Record<number, number>>): Promise<OlderBroker> {
    const [host = "", port = ""] = broker.split(":");
    const older: OlderBroker = new OlderBroker(
      createServer((client) => {
        const behind = connect(Number(port), host);
        for (const socket of [client, behind]) older.#sockets.add(socket.on("error", () => undefined));
        client.pipe(behind);
        behind.once("data", (first: Buffer) => {
          client.write(limited(first, most));
          behind.pipe(client);
        });
      }),
    );
    await once(older.server.listen(0, "127.0.0.1"), "listening");
    return older;
  }

  get address(): string {
    return `127.0.0.1:${(this.server.address() as { port: number }).port}`;
  }

  close(): void {
    this.server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}

function limited(answer: Buffer, most: Readonly<Record<number, number>>): Buffer {
  const count = answer.readInt32BE(HEAD_BYTES - 4);
  for (let at = HEAD_BYTES; at < HEAD_BYTES + count * ENTRY_BYTES; at += ENTRY_BYTES) {
    const limit = most[answer.readInt16BE(at)];
    if (limit !== undefined) answer.writeInt16BE(limit, at + 4);
  }
  return answer;
}
