import { StreamError } from "../stream-error.js";
import type { StreamingContext } from "./streaming-context.js";

/** The contexts that run in this process, the one started last at the end. */
const active: { context: StreamingContext; strict: boolean; place: string }[] = [];

/** @throws StreamError RT_ONE_CONTEXT when Spark's rules hold for this one, or for one that runs: it is the only one then */
export function enterActive(context: StreamingContext, strict: boolean, place: string): void {
  const other = active.find((running) => strict || running.strict);
  if (other !== undefined) {
    const where =
      other.place === "" ? "" : ` Currently running StreamingContext was started at ${other.place}.`;
    throw new StreamError("RT_ONE_CONTEXT", `Only one StreamingContext may be started in this JVM.${where}`);
  }
  active.push({ context, strict, place });
}

export function leaveActive(context: StreamingContext): void {
  const at = active.findIndex((running) => running.context === context);
  if (at >= 0) active.splice(at, 1);
}

/** The context that was started last and runs; undefined when none does. */
export function lastActive(): StreamingContext | undefined {
  return active.at(-1)?.context;
}
