import type { SourceStatus } from "../connect/source.js";
import type { ReceiverProblem } from "./port.js";
import type { ReceiverEvent } from "./stream-event.js";

type State = SourceStatus["state"];

/**
 * What listeners are told when a receiver of the program says how it is; undefined for nothing. As by Spark's tracker, a restart is
 * the end of a receiver and the start of another, and no error beside.
 */
export function receiverEvent(
  before: State,
  now: State,
  problem: ReceiverProblem | null,
): ReceiverEvent | undefined {
  if (!isDown(before) && isDown(now)) return "receiverStopped";
  if (before === "retrying" && !isDown(now)) return "receiverStarted";
  return problem === null ? undefined : "receiverError";
}

function isDown(state: State): boolean {
  return state === "retrying" || state === "stopped";
}
