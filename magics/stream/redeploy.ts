import type { StreamingContext } from "../../runtime/context/streaming-context.js";
import type { StreamCall } from "./stream-call.js";

/**
 * Outputs read the streams that their variables hold now: a cell that declares a stream is run again, and the cells of its plots
 * and prints need not be. What is not of a stream that was declared again is left alone.
 */
export async function redeploy({ session, names, host }: StreamCall): Promise<void> {
  const { context } = session;
  const wanted =
    names.length === 0 ? undefined : new Set(names.flatMap((name) => session.outputsNamed(name)));
  const moved: string[] = [];
  for (const { id, stream } of context.outputs()) {
    const now = session.declaredAnew(stream);
    if (now === undefined || (wanted !== undefined && !wanted.has(id))) continue;
    await context.moveOutput(id, now);
    moved.push(id);
  }
  if (moved.length === 0) host.print("every output reads the stream that its variable holds\n");
  else
    host.print(
      `${namesOf(context, moved)}: from the next batch on of the streams as they are declared now${context.getState() === "ACTIVE" ? "; states go on where they fit" : ""}\n`,
    );
}

function namesOf(context: StreamingContext, ids: readonly string[]): string {
  const outputs = context.outputs().filter(({ id }) => ids.includes(id));
  return outputs.map(({ name }) => name).join(", ");
}
