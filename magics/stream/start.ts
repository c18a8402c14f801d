import { StreamError } from "../../runtime/stream-error.js";
import type { StreamCall } from "./stream-call.js";

const NO_OUTPUT =
  "there is no output, so there is nothing to run; draw a stream with %plot, or call print() or foreachRDD() on one";

/** Starts the context with all outputs, or with those that are named alone; in one that runs, those that were stopped. */
export async function start({ session, names, host }: StreamCall): Promise<void> {
  const { context } = session;
  const outputs = context.outputs();
  if (outputs.length === 0) throw new StreamError("RT_NO_OUTPUT", NO_OUTPUT);
  const wanted = new Set(
    names.length === 0 ? outputs.map(({ id }) => id) : names.flatMap((name) => session.outputsNamed(name)),
  );
  const runs = context.getState() === "ACTIVE";
  const started: string[] = [];
  for (const { id, name, held } of outputs) {
    if (wanted.has(id) && held) started.push(...(await context.startOutput(name)));
    if (!wanted.has(id) && !runs) await context.stopOutput(name);
  }
  if (!runs) await context.start();
  host.print(runs ? joined(started) : begun(session.context));
}

function joined(started: readonly string[]): string {
  return started.length === 0 ? "the streams are running already\n" : `started: ${started.join(", ")}\n`;
}

function begun(context: StreamCall["session"]["context"]): string {
  const outputs = context.outputs().filter(({ held }) => !held);
  const clock = context.hasManualClock ? "; time moves by %clock advance" : "";
  return `started: a batch every ${context.batchDuration.brief}; outputs: ${outputs.map(({ name }) => name).join(", ")}${clock}\n`;
}
