import { namedStreams } from "../engine/recovery/named-streams.js";
import type { StreamName } from "../engine/recovery/stream-names.js";
import type { OutputNode, StreamNode } from "../plan/stream-node.js";
import type { DStream } from "./dstream.js";

/**
 * Names of the streams that a checkpoint knows: that of its own, or for one without the kind of it and a number. A stream keeps the
 * name that it was given, whatever is declared later; one that comes takes, of its kind, the name of one that is gone.
 */
export class CheckpointNames {
  /** By the ids of the streams. */
  readonly #given = new Map<string, string>();

  /** @param streamOf the program's stream of a node */
  of(outputs: readonly OutputNode[], streamOf: (node: StreamNode) => DStream<unknown>): StreamName[] {
    const nodes = namedStreams(outputs.map((output) => output.stream));
    const there = new Set(nodes.map(({ id }) => id));
    for (const id of this.#given.keys()) if (!there.has(id)) this.#given.delete(id);
    for (const node of nodes)
      if (!this.#given.has(node.id)) this.#given.set(node.id, this.#nameOf(node, streamOf(node)));
    return nodes.map((node) => [node.id, this.#given.get(node.id) ?? "", streamOf(node).isNamed]);
  }

  /** The streams go by these from now on: those that they have in the checkpoint that is gone on with. */
  adopt(names: readonly StreamName[]): void {
    for (const [id, name] of names) this.#given.set(id, name);
  }

  #nameOf(node: StreamNode, stream: DStream<unknown>): string {
    if (stream.isNamed) return stream.name;
    const kind = node.op === "input" ? (node.params as { kind: string }).kind : node.op;
    const taken = new Set(this.#given.values());
    for (let number = 1; ; number++) if (!taken.has(`${kind} ${number}`)) return `${kind} ${number}`;
  }
}
