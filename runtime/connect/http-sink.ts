import { setTimeout as wait } from "node:timers/promises";
import { OutsideError } from "../pool/connector.js";
import { StreamError } from "../stream-error.js";
import { connectionProblem } from "./reconnection.js";
import type { SinkBatch, SinkPartition, SinkWriter } from "./sink.js";

/** Where and how the records of a stream are posted. Plain data. */
export interface HttpWriting {
  url: string;
  headers: Readonly<Record<string, string>>;
  /** Records of one request at most. */
  maxRecords: number;
  timeoutMs: number;
}

/** What the text of a request is. */
export type HttpBody = (records: readonly unknown[]) => string | Uint8Array;

type Blame = (error: unknown, records: unknown) => never;

/** Before each further attempt. */
const WAITS_MS = [250, 500, 1000, 2000];

/** Answers that pass: too many requests, and what a server says of itself. */
const isPassing = (status: number) => status === 408 || status === 429 || status >= 500;

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
    const key = `${this.batch.id}/${this.partition.index}/${this.#requests}`;
    this.#requests += 1;
    for (const waitMs of [...WAITS_MS, undefined]) {
      const problem = await this.#attempt(body, key);
      if (problem === undefined) return;
      if (!problem.passes || waitMs === undefined) throw this.#failed(problem.why, waitMs === undefined);
      await wait(waitMs, undefined, { signal: this.signal });
    }
  }

  #bodyOf(records: readonly unknown[]): string | Uint8Array {
    try {
      return this.body(records);
    } catch (error) {
      return this.blame(error, records);
    }
  }

  /** @returns what went wrong; undefined when the server took it */
  async #attempt(
    body: string | Uint8Array,
    key: string,
  ): Promise<{ why: string; passes: boolean } | undefined> {
    const { url, headers, timeoutMs } = this.writing;
    try {
      const response = await fetch(url, {
        method: "POST",
        body,
        headers: {
          "content-type": "application/json",
          ...headers,
          "millrace-batch": this.batch.id,
          "millrace-batch-time": String(this.batch.timeMs),
          "idempotency-key": key,
        },
        signal: AbortSignal.any([this.signal, AbortSignal.timeout(timeoutMs)]),
      });
      const text = await response.text();
      if (response.ok) return undefined;
      const said = text.trim() === "" ? "" : `: ${text.trim().slice(0, 200)}`;
      return {
        why: `it answers ${response.status} ${response.statusText}${said}`,
        passes: isPassing(response.status),
      };
    } catch (error) {
      this.signal.throwIfAborted();
      return { why: connectionProblem(error, "it cannot be reached"), passes: true };
    }
  }

  #failed(why: string, often: boolean): OutsideError {
    const times = often ? `, asked ${WAITS_MS.length + 1} times; the last time` : "";
    const message = `cannot post to ${shownUrl(this.writing.url)}${times}: ${why}`;
    return new OutsideError(new StreamError("RT_HTTP_SINK", message));
  }
}

/** A URL without what may be a secret in it: a password, or a key among its parameters. */
export function shownUrl(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}
