import type { DStream } from "../../runtime/context/dstream.js";
import { MapWithStateDStream } from "../../runtime/context/map-with-state-dstream.js";
import { StreamError } from "../../runtime/stream-error.js";

/** The keyed state of a stream, as pairs of all its keys. @throws StreamError RT_NO_STATE when it holds none */
export function stateOf(stream: DStream<unknown>): DStream<unknown> {
  if (stream instanceof MapWithStateDStream) return stream.stateSnapshots();
  if (stream.node.op === "updateStateByKey" || stream.node.op === "stateSnapshots") return stream;
  throw new StreamError(
    "RT_NO_STATE",
    `--state draws what mapWithState and updateStateByKey hold, and ${stream.name} is of ${stream.node.op}; leave --state out to draw what it gives`,
  );
}
