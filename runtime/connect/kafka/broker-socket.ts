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

/** More than that answer takes. The beginnings of other protocols, letters and those of TLS, are larger as a length. */
const MOST_BYTES = 1 << 20;
const LENGTH_BYTES = 4;
const CORRELATION_BYTES = 4;

/** Of the request for the versions, and where a request has its key. */
const API_VERSIONS = 18;
const KEY_AT = 4;

/**
 * A connection to a broker, for kafkajs. One that begins by asking which versions the broker speaks fails with the code NOT_KAFKA
 * when what comes first is no answer to that, of which kafkajs would wait for a length that was none, or read beyond its end; and
 * with TIMED_OUT when none comes.
 */
export function brokerSocket({ host, port, ssl, onConnect }: Wanted): Socket {
  const socket = ssl
    ? connectTls({ host, port, ...(isIP(host) === 0 && { servername: host }), ...ssl }, onConnect)
    : connect({ host, port }, onConnect);
  socket.setKeepAlive(true, KEEP_ALIVE_MS);
  const unwatch = watchFirstAnswer(socket);
  const { write } = socket;
  socket.write = (request: Uint8Array, ...more: unknown[]) => {
    socket.write = write;
    // Of brokers that it knows kafkajs asks other things first, whose answers may take long, and be long.
    if (new DataView(request.buffer, request.byteOffset).getInt16(KEY_AT) !== API_VERSIONS) unwatch();
    return Reflect.apply(write, socket, [request, ...more]);
  };
  return socket;
}

/** Looks at what comes before kafkajs does, until the first answer is whole. @returns what ends it before */
function watchFirstAnswer(socket: Socket): () => void {
  const { emit } = socket;
  const unwatch = () => {
    socket.setTimeout(0);
    socket.emit = emit;
  };
  socket.setTimeout(FIRST_ANSWER_MS, () => socket.destroy(failure("TIMED_OUT", "no answer")));
  let head = Buffer.alloc(0);
  let bytes = 0;
  socket.emit = (event: string | symbol, ...told: unknown[]) => {
    if (event === "data") {
      const chunk = told[0] as Buffer;
      head = Buffer.concat([head, chunk.subarray(0, LENGTH_BYTES - head.length)]);
      bytes += chunk.length;
      const whole = lengthOf(head);
      if (whole === undefined) {
        socket.destroy(failure("NOT_KAFKA", "what came first is no answer of Kafka's"));
        return true;
      }
      if (bytes >= whole) unwatch();
    }
    return Reflect.apply(emit, socket, [event, ...told]);
  };
  return unwatch;
}

/** Of the whole answer that begins so; undefined when it is none. */
function lengthOf(head: Buffer): number | undefined {
  if (head.length < LENGTH_BYTES) return Number.POSITIVE_INFINITY;
  const length = head.readInt32BE(0);
  return length >= CORRELATION_BYTES && length <= MOST_BYTES ? LENGTH_BYTES + length : undefined;
}

function failure(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
