import { setTimeout as wait } from "node:timers/promises";
import { inspect } from "node:util";
import { OutsideError } from "../pool/connector.js";
import { StreamError } from "../stream-error.js";
import { TimeLimit } from "../time/time-limit.js";
import { connectionProblem, isLasting } from "./connection-problem.js";
import { httpRequest } from "./http-request.js";
import { limitedText } from "./limited-body.js";
import { shownUrl } from "./shown-url.js";
import type { SinkBatch, SinkPartition, SinkWriter } from "./sink.js";

/** Where and how the records of a stream are posted. Plain data. */
export interface HttpWriting {
  url: string;
  headers: Readonly<Record<string, string>>;
  /** Records of one request at most. */
  maxRecords: number;
  timeoutMs: number;
  /** Which of several outputs to the server it is: their batches are the same, their records are not. 0 and left out: the first. */
  output?: number;
}

/** What the text of a request is. */
export type HttpBody = (records: readonly unknown[]) => string | Uint8Array;

type Blame = (error: unknown, records: unknown) => never;

/** Before each further attempt. */
const WAITS_MS = [250, 500, 1000, 2000];

/** A server that says when it is to be asked again is waited for so long at most. */
const LONGEST_WAIT_MS = 30_000;

/** Answers that pass: too many requests, and what a server says of itself. */
const isPassing = (status: number) => status === 408 || status === 429 || status >= 500;

/** Of what a server says beside its status, as much as may be worth showing. */
const SAID_BYTES = 1024;

/** Why a request was not taken. */
interface Problem {
  why: string;
  /** Whether the same request may be taken later. */
  passes: boolean;
  /** How long the server wants to be left alone. */
  afterMs?: number;
}

/**
 * Posts one partition of a batch, in its task. A request that fails is made again; so a server may get one twice, but always the
 * same records with the same `idempotency-key`, also when the batch is run again.
 */
export class HttpSinkWriter implements SinkWriter<unknown> {
  #waiting: unknown[] = [];
  #requests = 0;

  constructor(
    private readonly writing: HttpWriting,
    private readonly batch: SinkBatch,
    private readonly partition: SinkPartition,
    private readonly body: HttpBody,
    private readonly blame: Blame,
    private readonly signal: AbortSignal,
  ) {}

  async write(rows: readonly unknown[]): Promise<void> {
    this.#waiting.push(...rows);
    const { maxRecords } = this.writing;
    while (this.#waiting.length >= maxRecords) await this.#post(this.#waiting.splice(0, maxRecords));
  }

  async commit(): Promise<void> {
    if (this.#waiting.length > 0) await this.#post(this.#waiting.splice(0));
  }

  async #post(records: readonly unknown[]): Promise<void> {
    const body = this.#bodyOf(records);
    const { output = 0 } = this.writing;
    const key = `${this.batch.id}/${this.partition.index}/${this.#requests}${output === 0 ? "" : `/${output + 1}`}`;
    this.#requests += 1;
    for (const waitMs of [...WAITS_MS, undefined]) {
      const problem = await this.#attempt(body, key);
      if (problem === undefined) return;
      if (!problem.passes || waitMs === undefined) throw this.#failed(problem.why, waitMs === undefined);
      const { afterMs = 0 } = problem;
      await wait(Math.max(waitMs, Math.min(afterMs, LONGEST_WAIT_MS)), undefined, { signal: this.signal });
    }
  }

  #bodyOf(records: readonly unknown[]): string | Uint8Array {
    try {
      const body: unknown = this.body(records);
      if (typeof body === "string" || body instanceof Uint8Array) return body;
      throw new TypeError(
        `what is posted is a text or bytes (Uint8Array), and \`body\` gave ${inspect(body)}`,
      );
    } catch (error) {
      return this.blame(error, records);
    }
  }

  /** @returns what went wrong; undefined when the server took it */
  async #attempt(body: string | Uint8Array, key: string): Promise<Problem | undefined> {
    const { timeoutMs } = this.writing;
    const limit = new TimeLimit(timeoutMs);
    try {
      const { url, headers } = httpRequest(this.writing.url, this.writing.headers);
      const response = await fetch(url, {
        method: "POST",
        body,
        // Followed, a redirection would most often ask with GET, which is answered well and takes nothing.
        redirect: "manual",
        headers: overlaid(
          { "content-type": "application/json" },
          headers,
          { "millrace-batch": this.batch.id, "millrace-batch-time": String(this.batch.timeMs) },
          { "idempotency-key": key },
        ),
        signal: AbortSignal.any([this.signal, limit.signal]),
      });
      const { text } = await limitedText(response, SAID_BYTES);
      return response.ok ? undefined : refusal(response, text.trim());
    } catch (error) {
      this.signal.throwIfAborted();
      if (limit.isOver) return { why: `it did not answer within ${timeoutMs} ms`, passes: true };
      return { why: connectionProblem(error, "it cannot be reached"), passes: !isLasting(error) };
    } finally {
      limit.end();
    }
  }

  #failed(why: string, often: boolean): OutsideError {
    const times = often ? `, asked ${WAITS_MS.length + 1} times; the last time` : "";
    const message = `cannot post to ${shownUrl(this.writing.url)}${times}: ${why}`;
    return new OutsideError(new StreamError("RT_HTTP_SINK", message));
  }
}

/** The later ones count, however their names are written: an object that has a name twice would give both values. */
function overlaid(...all: readonly Readonly<Record<string, string>>[]): Headers {
  const headers = new Headers();
  for (const [name, value] of all.flatMap(Object.entries)) headers.set(name, value);
  return headers;
}

function refusal({ status, statusText, headers }: Response, text: string): Problem {
  const location = headers.get("location");
  const to =
    location === null ? "" : `, and names ${location.replace(/[?#].*/s, "")}: give the URL that takes them`;
  const said = text === "" ? "" : `: ${text.slice(0, 200)}`;
  const why = `it answers ${status} ${statusText}`.trimEnd() + (to || said);
  return { why, passes: isPassing(status), afterMs: retryAfterMs(headers) };
}

/** In seconds, or a date, which counts from the server's own. */
function retryAfterMs(headers: Headers): number {
  const after = headers.get("retry-after") ?? "";
  const ms = /^\d+$/.test(after)
    ? Number(after) * 1000
    : Date.parse(after) - Date.parse(headers.get("date") ?? "");
  return Number.isFinite(ms) ? Math.max(0, ms) : 0;
}
