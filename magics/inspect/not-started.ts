import type { StreamingContext } from "../../runtime/context/streaming-context.js";
import { StreamError } from "../../runtime/stream-error.js";

const NOT_STARTED = "the streams were not started; run %stream start";

/** @param what there is not, "there are no batches yet" */
export function notStarted(what: string): StreamError {
  return new StreamError("RT_NOT_STARTED", `${what}: ${NOT_STARTED}`);
}

/** @throws StreamError RT_NOT_STARTED for a context that does not run, with why and the way out */
export async function checkRunning(context: StreamingContext, what: string): Promise<void> {
  const why = await whyNotRunning(context);
  if (why !== undefined) throw new StreamError("RT_NOT_STARTED", `${what}: ${why}`);
}

/** Why the notebook's streams do not run, and the way out; undefined when they do. */
export async function whyNotRunning(context: StreamingContext): Promise<string | undefined> {
  const state = context.getState();
  if (state === "ACTIVE") return undefined;
  if (state === "INITIALIZED") return NOT_STARTED;
  const failure = (await context.status())?.failure ?? "";
  const why = failure === "" ? "the streams are stopped" : `the streams stopped: ${failure}`;
  return `${why}; %stream start starts them again`;
}
