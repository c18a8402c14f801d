import { parallelizeNode } from "../operators/parallelize.js";
import type { Clock } from "../time/clock.js";
import { connectionProblem, Reconnection } from "./reconnection.js";
import { type BufferLimits, RecordBuffer } from "./record-buffer.js";
import type { Received, Source, SourceStatus } from "./source.js";
import { type ServerSentEvent, SseParser } from "./sse-parser.js";

export interface HttpSourceOptions {
  url: string;
  headers: Record<string, string>;
  /** For the waits between attempts. */
  clock: Clock;
  /** Partitions of a batch. */
  tasks: number;
  limits?: BufferLimits;
  told?: (problem: string) => void;
}

/**
 * `sseStream`: server-sent events of an HTTP server, by the rules of the HTML standard. When it is cut off it asks for what
 * comes after the last event it has (`Last-Event-ID`), after the wait the server wants. While the buffer is full nothing is
 * read, and TCP makes the server wait.
 */
export class SseSource implements Source {
  readonly #buffer: RecordBuffer;
  readonly #connection: Reconnection;
  #abort = new AbortController();
  #lastId = "";

  constructor(private readonly options: HttpSourceOptions) {
    this.#buffer = new RecordBuffer(options.limits);
    this.#connection = new Reconnection(options.clock, () => void this.#connect(), options.told);
  }

  open(): void {
    this.#connection.open();
  }

  take(_timeMs: number, limit: number): Received {
    const events = this.#buffer.take(limit);
    return { rdd: parallelizeNode(events, this.options.tasks), records: events.length };
  }

  status(): SourceStatus {
    const { state, reason } = this.#connection;
    const { received: records, pending } = this.#buffer;
    return { what: `events of ${this.options.url}`, state, reason, records, refused: 0, pending };
  }

  close(): void {
    this.#connection.close();
    this.#abort.abort();
  }

  async #connect(): Promise<void> {
    const { url, headers } = this.options;
    this.#abort = new AbortController();
    const resume = this.#lastId === "" ? {} : { "last-event-id": this.#lastId };
    try {
      const response = await fetch(url, {
        headers: { accept: "text/event-stream", ...headers, ...resume },
        signal: this.#abort.signal,
      });
      // 204 is how a server says that there will be no more.
      if (response.status === 204) return this.#connection.ended();
      const problem = wrongAnswer(response);
      if (problem !== undefined || response.body === null) {
        await response.body?.cancel();
        return this.#connection.lost(`${url}: ${problem ?? "the server gave no body"}`);
      }
      this.#connection.connected();
      await this.#read(response.body);
      this.#connection.lost("the server closed the connection");
    } catch (error) {
      this.#connection.lost(connectionProblem(error, url));
    }
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    const parser = new SseParser(this.#lastId);
    const decoder = new TextDecoder();
    for await (const bytes of body) {
      for (const event of parser.push(decoder.decode(bytes, { stream: true }))) this.#receive(event);
      this.#lastId = parser.lastId;
      if (parser.retryMs !== undefined) this.#connection.firstWait(parser.retryMs);
      if (this.#buffer.isFull) await new Promise<void>((room) => this.#buffer.whenRoom(room));
    }
  }

  #receive(event: ServerSentEvent): void {
    this.#buffer.push(event, 2 * event.data.length);
  }
}

/** Why a response is no stream of events; undefined when it is. */
function wrongAnswer({ status, statusText, headers }: Response): string | undefined {
  if (status !== 200) return `the server answered ${status} ${statusText}`.trimEnd();
  const type = headers.get("content-type") ?? "nothing";
  return /^text\/event-stream(;|$)/i.test(type)
    ? undefined
    : `the server sends ${type}, not text/event-stream`;
}
