import { streamNode } from "../plan/stream-node.js";
import { DStream } from "./dstream.js";

/** The stream of `mapWithState`: what the function gave for each touched key; and the state of all keys. */
export class MapWithStateDStream<K, S, E> extends DStream<E> {
  /** Per batch, one pair per key that has a state after it. */
  stateSnapshots(): DStream<[K, S]> {
    const times = { slideMs: this.node.slideMs };
    return this.context.derive(streamNode("stateSnapshots", [this.node], [], null, times));
  }
}
