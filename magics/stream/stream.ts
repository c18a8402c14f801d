import { defineMagic } from "../../kernel/magic/define-magic.js";
import type { MagicHost } from "../../kernel/magic/magic.js";
import type { StreamingContext } from "../../runtime/context/streaming-context.js";
import type { StreamSession } from "../session/stream-session.js";
import { statusView } from "./status-view.js";

interface StreamCall {
  context: StreamingContext;
  graceful: boolean;
  timeoutMs: number | undefined;
  host: MagicHost;
}

/** What each word after %stream does. */
const VERBS = {
  start: async ({ context, host }: StreamCall) => {
    if (context.getState() === "ACTIVE") return host.print("the streams are running already\n");
    await context.start();
    const outputs = context.outputs().map((output) => output.name);
    host.print(`started: a batch every ${context.batchDuration}; outputs: ${outputs.join(", ")}\n`);
  },
  stop: async ({ context, graceful, host }: StreamCall) => {
    if (context.getState() !== "ACTIVE") return host.print("no stream is running\n");
    const status = await context.status();
    await context.stop(false, graceful);
    const how = graceful ? "stopped after processing what was received" : "stopped";
    host.print(`${how}: ${(status?.completed ?? 0).toLocaleString("en-US")} batches were completed\n`);
  },
  restart: async (call: StreamCall) => {
    await VERBS.stop(call);
    await VERBS.start(call);
  },
  status: ({ context }: StreamCall) => statusView(context),
  await: ({ context, timeoutMs, host }: StreamCall) =>
    timeoutMs === undefined
      ? context.awaitTermination(host.signal)
      : context.awaitTerminationOrTimeout(timeoutMs, host.signal),
};

/** `%stream start`: the life of the notebook's streaming context. */
export const stream = defineMagic({
  name: "stream",
  kinds: ["line"],
  summary: "Starts, stops and shows the notebook's streams (those of `ssc`).",
  params: [
    {
      kind: "positional",
      name: "verb",
      required: true,
      choices: ["start", "stop", "restart", "status", "await"],
      help: "what to do",
    },
    {
      kind: "positional",
      name: "timeout",
      type: "duration",
      help: "for await: how long at most, such as 10s; default until the end",
    },
    { kind: "flag", name: "graceful", help: "for stop and restart: first process what was received" },
  ],
  examples: ["%stream start", "%stream status", "%stream stop --graceful", "%stream await 10s"],
  run({ args }, host, session: StreamSession) {
    const call: StreamCall = {
      context: session.context,
      graceful: args.graceful,
      timeoutMs: args.timeout,
      host,
    };
    return VERBS[args.verb](call);
  },
});
