import type { StreamingContext } from "../../runtime/context/streaming-context.js";
import { StreamError } from "../../runtime/stream-error.js";

/** @param what there is not, "there are no batches yet" */
export function notStarted(what: string): StreamError {
  return new StreamError("RT_NOT_STARTED", `${what}: the streams were not started; run %stream start`);
}

/** @throws StreamError RT_NOT_STARTED for a context that does not run, with why and the way out */
export async function checkRunning(context: StreamingContext, what: string): Promise<void> {
  const state = context.getState();
  if (state === "ACTIVE") return;
  if (state === "INITIALIZED") throw notStarted(what);
  const failure = (await context.status())?.failure ?? "";
  const why = failure === "" ? "the streams are stopped" : `the streams stopped: ${failure}`;
  throw new StreamError("RT_NOT_STARTED", `${what}: ${why}; %stream start starts them again`);
}
