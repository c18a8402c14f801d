import type { Cell, CellHost } from "../../kernel/evaluator/extension.js";
import { nearestNames } from "../../kernel/magic/nearest.js";
import { DStream } from "../../runtime/context/dstream.js";
import { type ProgramHost, setProgramHost } from "../../runtime/context/program-host.js";
import { SparkContext } from "../../runtime/context/spark-context.js";
import { StreamingContext } from "../../runtime/context/streaming-context.js";
import { StreamError } from "../../runtime/stream-error.js";
import type { CellTag } from "../live/tag.js";
import type { DemoSource } from "../source/demo-source.js";

/** Batch interval of the notebook's own `ssc`. */
const BATCH_MS = 1000;

/** What a session asks of the notebook, or of the program that was exported from one. */
export type SessionHost = Pick<CellHost, "current" | "lookup" | "variables">;

/** The streams of one notebook: what its magics act on. On the cell thread. */
export class StreamSession {
  readonly #contexts = new Set<StreamingContext>();
  #sc: SparkContext | undefined;
  #ssc: StreamingContext | undefined;
  /** Demo sources by port. */
  readonly sources = new Map<number, DemoSource>();

  /** @param program what contexts made from now on know of the program around them; it tells of each that is made */
  constructor(
    readonly host: SessionHost,
    program: (contextMade: (context: object) => void) => ProgramHost,
  ) {
    setProgramHost(program((context) => this.#contexts.add(context as StreamingContext)));
  }

  /** All streaming contexts, oldest first. */
  get contexts(): readonly StreamingContext[] {
    return [...this.#contexts];
  }

  /** The notebook's `sc`, made on first use. */
  get sc(): SparkContext {
    this.#sc ??= new SparkContext({ appName: "notebook" });
    return this.#sc;
  }

  /** The notebook's `ssc`, with batches of a second, made on first use. */
  get ssc(): StreamingContext {
    this.#ssc ??= new StreamingContext(this.sc, BATCH_MS);
    return this.#ssc;
  }

  /** The context that magics act on: the notebook's variable `ssc`, where a user has declared one. */
  get context(): StreamingContext {
    const declared = this.host.lookup("ssc");
    return declared instanceof StreamingContext ? declared : this.ssc;
  }

  /** The stream that a variable holds. @throws StreamError RT_NO_STREAM with the nearest names */
  stream(name: string): DStream<unknown> {
    const value = this.host.lookup(name);
    if (value instanceof DStream) return value;
    const streams = this.host.variables().filter((variable) => this.host.lookup(variable) instanceof DStream);
    const near = nearestNames(name, streams);
    const hint = near.length > 0 ? `did you mean ${near.join(" or ")}?` : listed(streams);
    throw new StreamError("RT_NO_STREAM", `there is no stream named ${name}; ${hint}`);
  }

  /** The variable that holds a value; undefined when none does. */
  nameOf(value: object): string | undefined {
    return this.host.variables().find((name) => this.host.lookup(name) === value);
  }

  /** A cell that is run again replaces the outputs its earlier run declared. */
  cellStarted(cell: Cell): void {
    for (const context of this.#contexts) {
      const old = context.outputs().filter(({ tag }) => (tag as CellTag | null)?.key === cell.key);
      if (old.length > 0) void context.removeOutputs(old.map((output) => output.id));
    }
  }

  /** Ends all threads and sockets. */
  async close(): Promise<void> {
    await Promise.all([...this.sources.values()].map((source) => source.stop()));
    await Promise.all([...this.#contexts].map((context) => context.stop(true)));
    await this.#sc?.stop();
  }
}

function listed(streams: string[]): string {
  return streams.length === 0 ? "no variable holds a stream yet" : `there is ${streams.join(", ")}`;
}
