import { setTimeout as delay } from "node:timers/promises";
import type { StreamingContext } from "../../runtime/context/streaming-context.js";
import type { StopKind } from "../../runtime/engine/port.js";
import { numbered } from "../view/numbered.js";
import type { StreamCall } from "./stream-call.js";

/** The cell waits so long for the end; what takes longer is told of when it is over. */
const WAIT_MS = 1000;

const HOW: Record<StopKind, string> = {
  graceful: "processed what was received, and stopped",
  batch: "stopped",
  now: "stopped at once",
};

const WHAT_IS_LEFT: Record<StopKind, string> = {
  graceful:
    "stopping: what was received is processed first; this cell says when it is done (%stream stop --now ends it at once)",
  batch:
    "stopping after the batch that is being run; this cell says when it is done (%stream stop --now cancels it)",
  now: "stopping; this cell says when it is done",
};

/** Ends the context, or single outputs. It does not hold the cell for longer than a second. */
export async function stop(call: StreamCall): Promise<void> {
  const { session, names, host } = call;
  const { context } = session;
  if (names.length > 0) return stopOutputs(call);
  if (context.getState() !== "ACTIVE") {
    host.print("no stream is running\n");
    return call.afterwards?.();
  }
  const ended = context.end(call.how).then(() => over(context, call));
  const inTime = await Promise.race([ended.then(() => true), delay(WAIT_MS, false)]);
  if (inTime) return;
  host.print(`${WHAT_IS_LEFT[call.how]}\n`);
  // What is late cannot throw into a cell that is over.
  ended.catch((error: unknown) => host.print(`${error instanceof Error ? error.message : error}\n`));
}

async function over(context: StreamingContext, { how, host, afterwards }: StreamCall): Promise<void> {
  const status = await context.status();
  host.print(
    `${HOW[how]} after ${numbered(status?.completed ?? 0, "completed batch", "completed batches")}\n`,
  );
  await afterwards?.();
}

async function stopOutputs({ session, names, host, afterwards }: StreamCall): Promise<void> {
  const { context } = session;
  const wanted = new Set(names.flatMap((name) => session.outputsNamed(name)));
  const stopped: string[] = [];
  for (const { id, name, held } of context.outputs())
    if (wanted.has(id) && !held) stopped.push(...(await context.stopOutput(name)));
  const going = context.outputs().filter(({ held }) => !held);
  const others =
    going.length === 0
      ? "no other runs"
      : `${going.map(({ name }) => name).join(", ")} ${going.length === 1 ? "goes" : "go"} on`;
  host.print(
    stopped.length === 0 ? `stopped already; ${others}\n` : `stopped: ${stopped.join(", ")}; ${others}\n`,
  );
  await afterwards?.();
}
