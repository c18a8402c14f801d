import { TimeLimit } from "../time/time-limit.js";
import { connectionProblem } from "./connection-problem.js";
import { httpRequest } from "./http-request.js";
import { limitedText } from "./limited-body.js";
import { Reconnection } from "./reconnection.js";
import { RecordBuffer } from "./record-buffer.js";
import { shownUrl } from "./shown-url.js";
import type { Received, Source, SourceStatus } from "./source.js";
import type { HttpSourceOptions } from "./sse.js";

/** A request is given up when its answer is not whole by then. */
const ANSWER_MS = 30_000;

/** A longer answer is left out: it would be held as one record. */
const MAX_ANSWER_BYTES = 64 << 20;

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
  readonly #where: string;
  #abort = new AbortController();
  #cancelWait: (() => void) | undefined;
  #conditions: Record<string, string> = {};

  constructor(private readonly options: HttpPollOptions) {
    this.#buffer = new RecordBuffer(options.limits);
    this.#where = shownUrl(options.url);
    this.#connection = new Reconnection({ ...options, where: this.#where, connect: () => void this.#ask() });
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
    return { what: `answers of ${this.#where}`, state, reason, records, refused: 0, pending };
  }

  close(): void {
    this.#connection.close();
    this.#cancelWait?.();
    this.#abort.abort();
  }

  async #ask(): Promise<void> {
    this.#abort = new AbortController();
    const limit = new TimeLimit(ANSWER_MS);
    try {
      const { url, headers } = httpRequest(this.options.url, this.options.headers);
      const response = await fetch(url, {
        headers: { ...headers, ...this.#conditions },
        signal: AbortSignal.any([this.#abort.signal, limit.signal]),
      });
      const { text, isWhole } = await limitedText(response, MAX_ANSWER_BYTES);
      const problem = wrongAnswer(response, isWhole);
      if (problem !== undefined) return this.#connection.lost(`${this.#where}: ${problem}`);
      this.#connection.connected();
      this.#connection.received();
      if (response.status !== 304) this.#receive(text, response.headers);
      this.#wait();
    } catch (error) {
      this.#connection.lost(
        limit.isOver
          ? `${this.#where}: the server did not answer within ${ANSWER_MS / 1000} s`
          : connectionProblem(error, this.#where),
      );
    } finally {
      limit.end();
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

/** Why an answer is no record; undefined when it is, or says that nothing has changed. */
function wrongAnswer({ status, statusText, ok }: Response, isWhole: boolean): string | undefined {
  if (status !== 304 && !ok) return `the server answered ${status} ${statusText}`.trimEnd();
  return isWhole ? undefined : `the answer is longer than ${MAX_ANSWER_BYTES >> 20} MiB`;
}
