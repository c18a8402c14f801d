import { connect, isIP, type Socket } from "node:net";
import { type ConnectionOptions, connect as connectTls } from "node:tls";

/** What kafkajs says of a connection that it wants. */
interface Wanted {
  host: string;
  port: number;
  ssl?: ConnectionOptions;
  onConnect: () => void;
}

const KEEP_ALIVE_MS = 60_000;

/** A broker answers the first question, which versions it speaks, at once. */
const FIRST_ANSWER_MS = 4000;

/** That answer takes some hundred bytes. */
const MOST_FIRST_BYTES = 1 << 20;
const LENGTH_BYTES = 4;
const CORRELATION_BYTES = 4;

/**
 * A connection to a broker, for kafkajs. It fails with the code NOT_KAFKA when what comes first is no answer of Kafka's, of which
 * kafkajs would wait for a length that was none, or read beyond its end; and with TIMED_OUT when none comes.
 */
export function brokerSocket({ host, port, ssl, onConnect }: Wanted): Socket {
  const socket = ssl
    ? connectTls({ host, port, ...(isIP(host) === 0 && { servername: host }), ...ssl }, onConnect)
    : connect({ host, port }, onConnect);
  socket.setKeepAlive(true, KEEP_ALIVE_MS);
  socket.setTimeout(FIRST_ANSWER_MS, () => socket.destroy(failure("TIMED_OUT", "no answer")));
  watchFirstAnswer(socket);
  return socket;
}

/** Looks at what comes before kafkajs does, until the first answer is whole. */
function watchFirstAnswer(socket: Socket): void {
  const { emit } = socket;
  let first: Buffer = Buffer.alloc(0);
  socket.emit = (event: string | symbol, ...told: unknown[]) => {
    if (event === "data") {
      first = Buffer.concat([first, told[0] as Buffer]);
      const bytes = lengthOf(first);
      if (bytes === undefined) {
        socket.destroy(failure("NOT_KAFKA", "what came first is no answer of Kafka's"));
        return true;
      }
      if (first.length >= bytes) {
        socket.setTimeout(0);
        socket.emit = emit;
      }
    }
    return Reflect.apply(emit, socket, [event, ...told]);
  };
}

/** Of the whole answer; undefined when it is none. */
function lengthOf(first: Buffer): number | undefined {
  if (first[0] !== 0) return undefined;
  if (first.length < LENGTH_BYTES) return LENGTH_BYTES;
  const length = first.readInt32BE(0);
  return length >= CORRELATION_BYTES && length <= MOST_FIRST_BYTES ? LENGTH_BYTES + length : undefined;
}

function failure(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
