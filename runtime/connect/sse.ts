import type { Clock } from "../time/clock.js";
import { connectionProblem } from "./connection-problem.js";
import { httpRequest } from "./http-request.js";
import { Reconnection } from "./reconnection.js";
import { type BufferLimits, RecordBuffer } from "./record-buffer.js";
import { shownUrl } from "./shown-url.js";
import type { Received, Source, SourceStatus } from "./source.js";
import { type ServerSentEvent, SseParser } from "./sse-parser.js";

/** A longer event is none. */
const MAX_EVENT_CHARACTERS = 16 << 20;

export interface HttpSourceOptions {
  url: string;
  headers: Record<string, string>;
  /** For the waits between attempts. */
  clock: Clock;
  /** Partitions of a batch. */
  tasks: number;
  limits?: BufferLimits;
  /** Called with each problem of the connection. */
  told?: (problem: string) => void;
  /** Tells people of a connection that is away for longer. */
  warn?: (text: string) => void;
}

/**
 * `sseStream`: server-sent events of an HTTP server, by the rules of the HTML standard. When it is cut off it asks for what
 * comes after the last event it has (`Last-Event-ID`), after the wait the server wants. While the buffer is full nothing is
 * read, and TCP makes the server wait.
 */
export class SseSource implements Source {
  readonly #buffer: RecordBuffer;
  readonly #connection: Reconnection;
  readonly #where: string;
  #abort = new AbortController();
  #lastId = "";

  constructor(private readonly options: HttpSourceOptions) {
    this.#buffer = new RecordBuffer(options.limits);
    this.#where = shownUrl(options.url);
    this.#connection = new Reconnection({
      ...options,
      where: this.#where,
      connect: () => void this.#connect(),
    });
  }

  open(): void {
    this.#connection.open();
  }

  take(_timeMs: number, limit: number): Received {
    return this.#buffer.give(limit, this.options.tasks);
  }

  status(): SourceStatus {
    const { state, reason } = this.#connection;
    const { received: records, pending } = this.#buffer;
    return { what: `events of ${this.#where}`, state, reason, records, refused: 0, pending };
  }

  close(): void {
    this.#connection.close();
    this.#abort.abort();
  }

  async #connect(): Promise<void> {
    this.#abort = new AbortController();
    const resume = this.#lastId === "" ? {} : { "last-event-id": inHeader(this.#lastId) };
    try {
      const { url, headers } = httpRequest(this.options.url, this.options.headers);
      const response = await fetch(url, {
        headers: { accept: "text/event-stream", ...headers, ...resume },
        signal: this.#abort.signal,
      });
      // 204 is how a server says that there will be no more.
      if (response.status === 204) return this.#connection.ended();
      const problem = wrongAnswer(response);
      if (problem !== undefined || response.body === null) {
        await response.body?.cancel();
        return this.#connection.lost(`${this.#where}: ${problem ?? "the server gave no body"}`);
      }
      this.#connection.connected();
      this.#connection.lost(await this.#read(response.body));
    } catch (error) {
      this.#connection.lost(connectionProblem(error, this.#where));
    }
  }

  /** @returns why it ended */
  async #read(body: ReadableStream<Uint8Array>): Promise<string> {
    const parser = new SseParser(this.#lastId);
    const decoder = new TextDecoder();
    for await (const bytes of body) {
      for (const event of parser.push(decoder.decode(bytes, { stream: true }))) this.#receive(event);
      this.#lastId = parser.lastId;
      if (parser.held > MAX_EVENT_CHARACTERS)
        return `an event of more than ${MAX_EVENT_CHARACTERS >> 20} Mi characters: the server sends something else`;
      if (parser.retryMs !== undefined) this.#connection.firstWait(parser.retryMs);
      if (this.#buffer.isFull) await new Promise<void>((room) => this.#buffer.whenRoom(room));
    }
    return "the server closed the connection";
  }

  #receive(event: ServerSentEvent): void {
    this.#buffer.push(event, 2 * event.data.length);
    this.#connection.received();
  }
}

/** A text as the bytes of UTF-8, as the HTML standard has it: `fetch` takes no character in a header that is no byte. */
function inHeader(text: string): string {
  return Buffer.from(text).toString("latin1");
}

/** Why a response is no stream of events; undefined when it is. */
function wrongAnswer({ status, statusText, headers }: Response): string | undefined {
  if (status !== 200) return `the server answered ${status} ${statusText}`.trimEnd();
  const type = headers.get("content-type") ?? "nothing";
  return /^text\/event-stream(;|$)/i.test(type)
    ? undefined
    : `the server sends ${type}, not text/event-stream`;
}
