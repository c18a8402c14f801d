import { parallelizeNode } from "../operators/parallelize.js";
import { connectionProblem, Reconnection } from "./reconnection.js";
import { RecordBuffer } from "./record-buffer.js";
import type { Received, Source, SourceStatus } from "./source.js";
import type { HttpSourceOptions } from "./sse.js";

export interface HttpPollOptions extends HttpSourceOptions {
  /** Between the end of one request and the next. */
  intervalMs: number;
}

/**
 * `httpPollStream`: the answers of an HTTP server that is asked again and again, a record per answer: its text. A server that
 * says that nothing has changed (304, to its own ETag or Last-Modified) gives none. While the buffer is full it is not asked.
 */
export class HttpPollSource implements Source {
  readonly #buffer: RecordBuffer;
  readonly #connection: Reconnection;
  #abort = new AbortController();
  #cancelWait: (() => void) | undefined;
  #conditions: Record<string, string> = {};

  constructor(private readonly options: HttpPollOptions) {
    this.#buffer = new RecordBuffer(options.limits);
    this.#connection = new Reconnection(options.clock, () => void this.#ask(), options.told);
  }

  open(): void {
    this.#connection.open();
  }

  take(_timeMs: number, limit: number): Received {
    const answers = this.#buffer.take(limit);
    return { rdd: parallelizeNode(answers, this.options.tasks), records: answers.length };
  }

  status(): SourceStatus {
    const { state, reason } = this.#connection;
    const { received: records, pending } = this.#buffer;
    return { what: `answers of ${this.options.url}`, state, reason, records, refused: 0, pending };
  }

  close(): void {
    this.#connection.close();
    this.#cancelWait?.();
    this.#abort.abort();
  }

  async #ask(): Promise<void> {
    const { url, headers } = this.options;
    this.#abort = new AbortController();
    try {
      const response = await fetch(url, {
        headers: { ...headers, ...this.#conditions },
        signal: this.#abort.signal,
      });
      const text = await response.text();
      if (response.status !== 304 && !response.ok) {
        this.#connection.lost(
          `${url}: the server answered ${response.status} ${response.statusText}`.trimEnd(),
        );
        return;
      }
      this.#connection.connected();
      if (response.status !== 304) this.#receive(text, response.headers);
      this.#wait();
    } catch (error) {
      this.#connection.lost(connectionProblem(error, url));
    }
  }

  #receive(text: string, headers: Headers): void {
    this.#buffer.push(text, 2 * text.length);
    const [tag, modified] = [headers.get("etag"), headers.get("last-modified")];
    this.#conditions = {
      ...(tag !== null && { "if-none-match": tag }),
      ...(modified !== null && { "if-modified-since": modified }),
    };
  }

  #wait(): void {
    const { clock, intervalMs } = this.options;
    this.#buffer.whenRoom(() => {
      if (this.#connection.state === "stopped") return;
      this.#cancelWait = clock.at(clock.now() + intervalMs, () => void this.#ask());
    });
  }
}
