import { newNodeId } from "../plan/rdd-node.js";
import type { OutputNode } from "../plan/stream-node.js";
import { StreamError } from "../stream-error.js";
import type { Time } from "../time/time.js";
import type { DStream } from "./dstream.js";
import type { RDD } from "./rdd.js";

/** What foreachRDD runs in the program. */
export type OutputBody = (rdd: RDD<unknown>, time: Time) => unknown;

/** An output as the program declared it. */
export interface DeclaredOutput {
  output: OutputNode;
  stream: DStream<unknown>;
  /** Where it was declared: "cell 7, line 2", empty when unknown. */
  place: string;
  /** Of a foreachRDD. */
  body: OutputBody | undefined;
  /** Stopped by its name, while the others go on. */
  held: boolean;
  /** From 1 on, among the outputs of its kind on its stream that have no name of their own. */
  number: number;
}

/** What is known of an output. */
export interface OutputInfo {
  id: string;
  name: string;
  kind: OutputNode["kind"];
  stream: DStream<unknown>;
  tag: unknown;
  /** Stopped by its name, while the others go on. */
  held: boolean;
}

/** The outputs of a context, in the order in which they were declared. */
export class DeclaredOutputs {
  #declared: DeclaredOutput[] = [];
  /** Those that are run only until others have taken their place. */
  #ending: DeclaredOutput[] = [];
  /** Ids of those whose place is to be taken, and of which the engine was not told. */
  readonly replaced: string[] = [];

  /** @param written what is made of the stream to be written; left out for the stream itself */
  add(
    declared: Omit<DeclaredOutput, "output" | "held" | "number">,
    node: Omit<OutputNode, "id" | "stream">,
    written = declared.stream.node,
  ): OutputNode {
    const output: OutputNode = { ...node, id: newNodeId(), stream: written };
    const number = this.#nextNumber(declared.stream, output.kind);
    this.#declared.push({ ...declared, output, held: false, number });
    return output;
  }

  remove(ids: readonly string[]): void {
    this.#declared = this.#declared.filter(({ output }) => !ids.includes(output.id));
    this.#ending = this.#ending.filter(({ output }) => !ids.includes(output.id));
  }

  /** These are not there any more for who declares and asks; batches that were made before go on with them until they are removed. */
  replace(ids: readonly string[]): void {
    const isReplaced = ({ output }: DeclaredOutput) => ids.includes(output.id);
    this.#ending.push(...this.#declared.filter(isReplaced));
    this.replaced.push(...this.#declared.filter(isReplaced).map(({ output }) => output.id));
    this.#declared = this.#declared.filter((declared) => !isReplaced(declared));
  }

  /** All that may be run. */
  all(): OutputNode[] {
    return [...this.#declared, ...this.#ending].map(named);
  }

  get isEmpty(): boolean {
    return this.#declared.length === 0;
  }

  /** As the engine is told of them: with the names they go by. */
  nodes(): OutputNode[] {
    return this.#declared.map(named);
  }

  /** The same of one; undefined when it was removed. */
  node(id: string): OutputNode | undefined {
    const declared = this.#find(id);
    return declared && named(declared);
  }

  infos(): OutputInfo[] {
    return this.#declared.map((declared) => {
      const { id, kind, name, tag } = named(declared);
      return { id, name, kind, stream: declared.stream, tag, held: declared.held };
    });
  }

  body(id: string): OutputBody | undefined {
    return this.#find(id)?.body;
  }

  /** Whose output this is, or, when it is unknown, whose the first one is. */
  tag(id: string | undefined): unknown {
    return (this.#declared.find(({ output }) => output.id === id) ?? this.#declared[0])?.output.tag;
  }

  /** An output reads another stream from now on. @returns it; undefined when it was removed */
  move(id: string, stream: DStream<unknown>): OutputNode | undefined {
    const declared = this.#find(id);
    if (declared === undefined) return undefined;
    declared.stream = stream;
    declared.output = { ...declared.output, stream: stream.node };
    return named(declared);
  }

  /** Those that are stopped are these. */
  hold(ids: readonly string[]): void {
    for (const declared of this.#declared) declared.held = ids.includes(declared.output.id);
  }

  /** Ids of those that are stopped. */
  held(): string[] {
    return this.#declared.filter(({ held }) => held).map(({ output }) => output.id);
  }

  /** The outputs of this name, such as "counts.print()", or those of the stream of this name. @throws StreamError RT_OUTPUT_NAME */
  named(name: string): [OutputInfo, ...OutputInfo[]] {
    const infos = this.infos();
    const exact = infos.filter((info) => info.name === name);
    const [first, ...more] = exact.length > 0 ? exact : infos.filter((info) => info.stream.name === name);
    if (first !== undefined) return [first, ...more];
    const names = infos.map((info) => info.name).join(", ");
    throw new StreamError("RT_OUTPUT_NAME", `there is no output named ${name}; there is ${names || "none"}`);
  }

  #nextNumber(stream: DStream<unknown>, kind: OutputNode["kind"]): number {
    const alike = this.#declared.filter((one) => one.stream === stream && one.output.kind === kind);
    return Math.max(0, ...alike.filter(({ output }) => output.name === "").map((one) => one.number)) + 1;
  }

  #find(id: string): DeclaredOutput | undefined {
    return [...this.#declared, ...this.#ending].find(({ output }) => output.id === id);
  }
}

function named(declared: DeclaredOutput): OutputNode {
  return { ...declared.output, name: outputName(declared) };
}

/**
 * Its own name, or "counts.print()": the stream's name and what is done with it, with a number where that is done again. A stream without a name goes by its
 * operator, as others do: then the place tells which one is meant.
 */
function outputName({ output, stream, place, number }: DeclaredOutput): string {
  if (output.name !== "") return output.name;
  const name = `${stream.name}.${output.kind}()${number === 1 ? "" : `#${number}`}`;
  return stream.isNamed || place === "" ? name : `${name} of ${place}`;
}
