import type { Action, ActionResult } from "../engine/action.js";
import type { LastLook } from "../engine/last-looks.js";
import type { Peeked } from "../engine/peeked.js";
import type { RunStatus } from "../engine/run-status.js";
import type { StateQuery } from "../state/state-sight.js";
import { StreamError } from "../stream-error.js";
import { BatchInfo } from "./batch-info.js";
import type { DStream } from "./dstream.js";
import { explainNothing } from "./explain-nothing.js";
import { ANY_STREAM, COUNT, either, LIST, OPTIONS, optional, TEXT, WHOLE } from "./operands.js";
import type { RDD } from "./rdd.js";
import { type Operand, takes } from "./signatures.js";
import { type StateContents, stateContents, stateNode, type UnreadState } from "./state-contents.js";
import { StreamOutputs } from "./stream-outputs.js";

/** What can be seen of a context while it runs: how it stands, its batches, the rows of its streams and their states. */
export abstract class StreamInspection extends StreamOutputs {
  #peekCount = 0;

  /** What runs now; undefined before the first start. */
  async status(): Promise<RunStatus | undefined> {
    if (this.getState() === "INITIALIZED") return undefined;
    return (await this.sparkContext.engine.call("status", { context: this.id })) ?? undefined;
  }

  /** Rows of a stream in its last completed batch, with the batch's time; undefined before the first. */
  async latest<T>(
    stream: DStream<T>,
    action: Action,
  ): Promise<({ timeMs: number } & ActionResult) | undefined> {
    if (this.getState() !== "ACTIVE") return undefined;
    const { engine } = this.sparkContext;
    engine.send({ streams: [stream.node] });
    const latest = await engine.call("latest", {
      context: this.id,
      stream: stream.node.id,
      action,
      tag: this.sparkContext.host.tag(),
    });
    return latest ?? undefined;
  }

  /**
   * @internal What was in a stream's window or state when the context was stopped: the largest rows, at most 1,000, and how many there were.
   * Undefined while it runs, after a failure, of a stream that holds nothing, and in a program in which nobody looks at streams.
   */
  async lastLook(stream: DStream<unknown>): Promise<LastLook | undefined> {
    if (this.getState() !== "STOPPED") return undefined;
    const args = { context: this.id, stream: stream.node.id };
    return (await this.sparkContext.engine.call("lastLook", args)) ?? undefined;
  }

  /**
   * @internal What a state held when the context was stopped, as {@link state} gives it. Of each partition the 1,000 entries with the
   * greatest numbers are kept: of other keys nothing is known. Of one that was too large to be read by the stop only how much it
   * was. Undefined as for {@link lastLook}. @throws as {@link state}
   */
  async lastState(
    stream: DStream<unknown>,
    query: StateQuery,
  ): Promise<StateContents | UnreadState | undefined> {
    const owner = this.streamOf(stateNode(stream));
    if (this.getState() !== "STOPPED") return undefined;
    const args = { context: this.id, stream: owner.node.id };
    const last = await this.sparkContext.engine.call("lastState", args);
    if (last === null) return undefined;
    const { look, ...unread } = last;
    return look === undefined ? { stream: owner.name, ...unread } : stateContents(owner.name, look, query);
  }

  /**
   * Why an output, by its name, or a stream gives nothing: not started, stopped, no slide yet, no input, or what left nothing over.
   * @returns a sentence. @throws StreamError RT_OUTPUT_NAME
   */
  async explainNothing(output: string | DStream<unknown>): Promise<string> {
    const named = typeof output === "string" ? this.declared.named(output) : [];
    if (named.length > 0 && named.every(({ held }) => held))
      return `it was stopped: start it by startOutput(${JSON.stringify(output)})`;
    const stream = named[0]?.stream ?? (output as DStream<unknown>);
    return explainNothing(stream, {
      state: this.getState(),
      status: await this.status(),
      count: async (of) => {
        const latest = await this.latest(of, { kind: "count" });
        return latest !== undefined && "count" in latest ? latest.count : undefined;
      },
    });
  }

  /** The last `limit` batches that are done or failed, oldest first; at most 1,000 are remembered. */
  async batches(limit = 1000): Promise<BatchInfo[]> {
    if (this.getState() === "INITIALIZED") return [];
    const batches = await this.sparkContext.engine.call("batches", { context: this.id, limit });
    return batches.map((batch) => new BatchInfo(batch));
  }

  /**
   * What the workers hold of the state of a stream, or of the one that it is made from, now: between two tasks, and without
   * changing it. Undefined before the first batch, and where the context does not run.
   * @throws StreamError RT_NO_STATE when there is none, or more than one
   */
  async state<K = unknown, S = unknown>(
    stream: DStream<unknown>,
    query: StateQuery = { limit: 20 },
  ): Promise<StateContents<K, S> | undefined> {
    const owner = this.streamOf(stateNode(stream));
    if (this.getState() !== "ACTIVE") return undefined;
    const look = await this.sparkContext.engine.call("look", { stream: owner.node.id, query });
    return look === null ? undefined : (stateContents(owner.name, look, query) as StateContents<K, S>);
  }

  /**
   * The next rows of a stream, as they pass: beside its batches, without an output and without changing what they give. A stream
   * that nothing reads runs for so long. Undefined when the context does not run, or has ended before a batch.
   * @param signal ends it with what has passed so far
   * @throws StreamError RT_PEEK_STATE; what a function of the stream threw, which ends nothing but this
   */
  async peek<T>(stream: DStream<T>, limit: number, signal?: AbortSignal): Promise<Peeked | undefined> {
    if (this.getState() !== "ACTIVE") return undefined;
    const { engine, host } = this.sparkContext;
    engine.send({ rdds: this.held(), streams: [stream.node] });
    this.#peekCount += 1;
    const peek = this.#peekCount;
    const enough = () => {
      engine.call("endPeek", { context: this.id, peek }).catch(() => undefined); // the engine is gone, and the peek with it
    };
    signal?.addEventListener("abort", enough, { once: true });
    try {
      const args = { context: this.id, stream: stream.node.id, limit, peek, tag: host.tag() };
      return (await engine.call("peek", args)) ?? undefined;
    } finally {
      signal?.removeEventListener("abort", enough);
    }
  }

  /** @internal Has the engine's presenter show how this context stands, now and after each batch. */
  async follow(tag: unknown): Promise<void> {
    await this.sparkContext.engine.call("follow", { context: this.id, tag });
  }

  /** @internal The RDDs that a stream has at these times. @throws StreamError RT_NOT_INITIALIZED before the start */
  async slice(stream: DStream<unknown>, fromMs: number, toMs: number): Promise<RDD<unknown>[]> {
    if (this.getState() === "INITIALIZED") {
      throw new StreamError(
        "RT_NOT_INITIALIZED",
        `${stream} has not been initialized; start its context first`,
      );
    }
    const { engine } = this.sparkContext;
    engine.send({ streams: [stream.node] });
    const rdds = await engine.call("slice", { context: this.id, stream: stream.node.id, fromMs, toMs });
    return rdds.map((rdd) => this.lent(rdd));
  }
}

const QUERY: Operand = {
  code: "RT_OPTIONS",
  is: "{ keys: [key, …] } or { limit: n }",
  holds: (value) => {
    const { keys, limit, ...others } = Object(value) as Record<string, unknown>;
    const asked =
      limit === undefined ? LIST.holds(keys) : keys === undefined && WHOLE.holds(limit) && Number(limit) >= 0;
    return asked && Object.keys(others).length === 0;
  },
};

takes(StreamInspection.prototype, {
  latest: { stream: ANY_STREAM, action: OPTIONS },
  explainNothing: {
    output: either("RT_OUTPUT_NAME", "the name of an output, or a stream", TEXT, ANY_STREAM),
  },
  batches: { limit: optional(WHOLE) },
  state: { stream: ANY_STREAM, query: optional(QUERY) },
  peek: { stream: ANY_STREAM, limit: COUNT },
});
