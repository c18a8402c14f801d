import { inspect } from "node:util";
import type { LentRdd } from "../engine/port.js";
import { namedStreams } from "../engine/recovery/named-streams.js";
import type { StreamName } from "../engine/recovery/stream-names.js";
import { lentRdd, type RddNode } from "../plan/rdd-node.js";
import type { OutputNode, StreamNode } from "../plan/stream-node.js";
import { StreamError } from "../stream-error.js";
import { Time } from "../time/time.js";
import { CheckpointNames } from "./checkpoint-names.js";
import { DeclaredOutputs, type OutputBody, type OutputInfo } from "./declared-outputs.js";
import type { DStream } from "./dstream.js";
import { flatOutput } from "./engine-client.js";
import { KafkaRDD } from "./kafka-rdd.js";
import { OffsetRange } from "./offset-range.js";
import { TEXT, TEXTS } from "./operands.js";
import { RDD } from "./rdd.js";
import { takes } from "./signatures.js";
import { StreamInputs } from "./stream-inputs.js";
import type { StreamingContextState } from "./streaming-context-state.js";

/** The outputs of a context: they are declared, and while it runs they come and go at the boundary of a batch. */
export abstract class StreamOutputs extends StreamInputs {
  /** @internal */
  protected readonly declared = new DeclaredOutputs();
  readonly #streamNames = new CheckpointNames();
  /** Outputs that joined while it ran, and of which the engine is yet to be told. */
  #added: string[] = [];

  abstract getState(): StreamingContextState;

  /** The outputs there are, with the names they go by. */
  outputs(): OutputInfo[] {
    return this.declared.infos();
  }

  /** Removes outputs; those of a running context end after the batch being run. */
  async removeOutputs(ids: readonly string[]): Promise<void> {
    this.declared.remove(ids);
    if (this.getState() !== "ACTIVE") return;
    await this.sparkContext.engine.call("removeOutputs", { context: this.id, outputs: [...ids] });
  }

  /**
   * Outputs whose place others take that are declared next: what is declared again takes part from the next batch on, and goes on
   * with the states of the streams of the same name, where operator and partitions fit. The batches before have the old ones.
   */
  replaceOutputs(ids: readonly string[]): void {
    if (this.getState() === "ACTIVE") this.declared.replace(ids);
    else this.declared.remove(ids);
  }

  /** No more outputs come in place of those before: see {@link replaceOutputs}. */
  outputsReplaced(): void {
    this.flushAdded();
  }

  /**
   * Stops an output by its name: that which it was given, such as `counts.print()`, or that of its stream, which stops all
   * outputs of the stream. The others go on; what only this one needed is let go, and begins anew with {@link startOutput}.
   * @returns the names of the outputs that it stopped; none when they were stopped before
   * @throws StreamError RT_OUTPUT_NAME when there is none of this name
   */
  async stopOutput(name: string): Promise<string[]> {
    return this.#holdOutputs(name, true);
  }

  /**
   * Starts outputs that were stopped by their name; while the context runs they join at its next batch.
   * @returns the names of the outputs that it started
   * @throws StreamError RT_OUTPUT_NAME when there is none of this name
   */
  async startOutput(name: string): Promise<string[]> {
    return this.#holdOutputs(name, false);
  }

  /** @internal Has an output read another stream; while the context runs, from its next batch on. */
  async moveOutput(id: string, stream: DStream<unknown>): Promise<void> {
    const output = this.declared.move(id, stream);
    if (output === undefined || this.getState() !== "ACTIVE") return;
    const { engine } = this.sparkContext;
    engine.send({ rdds: this.held(), streams: [output.stream] });
    const outputs = [flatOutput(output)];
    await engine.call("moveOutputs", { context: this.id, outputs, names: this.checkpointNames() });
  }

  async #holdOutputs(name: string, held: boolean): Promise<string[]> {
    const outputs = this.declared.named(name).filter((output) => output.held !== held);
    const ids = outputs.map(({ id }) => id);
    const others = this.declared.held().filter((id) => !ids.includes(id));
    this.declared.hold(held ? [...others, ...ids] : others);
    if (this.getState() === "ACTIVE")
      await this.sparkContext.engine.call("holdOutputs", { context: this.id, outputs: ids, held });
    return outputs.map((output) => output.name);
  }

  /**
   * @internal Adds an output; while the context runs it joins at the next batch.
   * @param own its own name and tag, in place of the stream's name and the host's tag; what is made of the stream to be written
   * @returns its id
   */
  addOutput(
    kind: OutputNode["kind"],
    stream: DStream<unknown>,
    take: OutputNode["take"],
    own: {
      name?: string;
      tag?: unknown;
      body?: OutputBody;
      files?: OutputNode["files"];
      node?: StreamNode;
    } = {},
  ): string {
    this.checkOpen();
    const { name = "", tag = this.sparkContext.host.tag(), body, files, node } = own;
    const place = this.sparkContext.host.place();
    const { id } = this.declared.add(
      { stream, place, body },
      { kind, name, take, tag, ...(files && { files }) },
      node,
    );
    if (this.getState() === "ACTIVE") {
      this.#added.push(id);
      // Not at once: at the end of the cell or the function the stream's variable has its name.
      setImmediate(() => this.flushAdded());
    }
    return id;
  }

  /** @internal @throws StreamError RT_KAFKA_OPTIONS when another output has it: each would end the other's transactions */
  checkTransactionalId(id: string): void {
    const other = this.declared.nodes().find(({ stream }) => transactionalIdOf(stream) === id);
    if (other === undefined) return;
    const message = `the output ${other.name} writes under the transactionalId ${id} already: give each output its own`;
    throw new StreamError("RT_KAFKA_OPTIONS", message);
  }

  /** @internal A number that no other output of this kind to this place has: in one batch they write other records. 0 for the first. */
  nextOutputTo(op: string, what: string): number {
    const there = this.declared.nodes().filter(({ stream }) => stream.op === op);
    const params = there.map(({ stream }) => stream.params as { what: string; to: { output: number } });
    return Math.max(-1, ...params.flatMap(({ what: to, to: { output } }) => (to === what ? output : []))) + 1;
  }

  /** @internal The streams that a checkpoint knows, by the names that it knows them by. */
  checkpointed(): Map<string, StreamNode> {
    const nodes = this.declared.nodes();
    const known = new Map(namedStreams(nodes.map(({ stream }) => stream)).map((node) => [node.id, node]));
    return new Map(
      this.checkpointNames().flatMap(([id, name]) => {
        const node = known.get(id);
        return node === undefined ? [] : [[name, node] as const];
      }),
    );
  }

  /** @internal What a checkpoint knows states and inputs by. */
  protected checkpointNames(): StreamName[] {
    // Before the start nobody was told of them.
    const names = this.getState() === "INITIALIZED" ? new CheckpointNames() : this.#streamNames;
    return names.of(this.declared.nodes(), (node) => this.streamOf(node));
  }

  /** @internal What the checkpoint is gone on with knows them by. */
  protected adoptNames(names: readonly StreamName[]): void {
    this.#streamNames.adopt(names);
  }

  /** @internal The engine is told of all outputs by a start. */
  protected forgetAdded(): void {
    this.#added = [];
  }

  /** @internal Tells the engine of outputs that were declared while it ran. */
  protected flushAdded(): void {
    const outputs = this.#added.splice(0).flatMap((id) => this.declared.node(id) ?? []);
    if (this.getState() !== "ACTIVE" || (outputs.length === 0 && this.declared.replaced.length === 0)) return;
    const inPlaceOf = this.declared.replaced.splice(0);
    const { engine } = this.sparkContext;
    engine.send({ rdds: this.held(), streams: outputs.map((output) => output.stream) });
    engine
      .call("addOutputs", {
        context: this.id,
        outputs: outputs.map(flatOutput),
        inPlaceOf,
        names: this.checkpointNames(),
      })
      .then(() => this.declared.remove(inPlaceOf))
      .catch((error) => this.fail(error));
  }

  /** @internal Runs the body of an output on the RDD of a batch. */
  protected async runBody(output: string, rdd: LentRdd, timeMs: number): Promise<void> {
    await this.declared.body(output)?.(this.lent(rdd), new Time(timeMs));
  }

  /** @internal Runs the function of a transform on the RDDs of a batch. */
  protected async runTransform(stream: string, rdds: readonly LentRdd[], timeMs: number): Promise<RddNode> {
    const ends = this.declared.all().map((output) => output.stream);
    const body = this.transformOf(stream, ends);
    if (body === undefined) throw new Error(`no function is known for the transform ${stream}`);
    const lent = rdds.map((rdd) => this.lent(rdd));
    const made: unknown = await body(lent, new Time(timeMs));
    if (made instanceof RDD) return made.node;
    throw new StreamError(
      "RT_TRANSFORM_RESULT",
      made == null
        ? "Transform function must not return null. Return SparkContext.emptyRDD() instead to represent no element as the result of transformation."
        : `the function of a transform returns an RDD, not ${inspect(made, { depth: 0 })}`,
    );
  }

  /** @internal The program's RDD of one of a batch. */
  protected lent({ id, partitions, offsetRanges }: LentRdd): RDD<unknown> {
    const node = lentRdd(id, partitions);
    if (offsetRanges === undefined) return new RDD<unknown>(this.sparkContext, node);
    const ranges = offsetRanges.map(({ topic, partition, fromOffset, untilOffset }) =>
      OffsetRange.create(topic, partition, fromOffset, untilOffset),
    );
    return new KafkaRDD<unknown, unknown>(this.sparkContext, node, ranges) as RDD<unknown>;
  }
}

takes(StreamOutputs.prototype, {
  removeOutputs: { ids: TEXTS },
  replaceOutputs: { ids: TEXTS },
  stopOutput: { name: TEXT },
  startOutput: { name: TEXT },
});

/** Of what `saveToKafka` has made of a stream; undefined for any other. */
function transactionalIdOf({ op, params }: StreamNode): string | undefined {
  return op === "saveToKafka"
    ? (params as { to: { transactionalId?: string } }).to.transactionalId
    : undefined;
}
