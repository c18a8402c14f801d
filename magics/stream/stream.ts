import { defineMagic } from "../../kernel/magic/define-magic.js";
import type { MagicHost } from "../../kernel/magic/magic.js";
import { MagicUsageError } from "../../kernel/magic/parse.js";
import type { StreamingContext } from "../../runtime/context/streaming-context.js";
import { StreamError } from "../../runtime/stream-error.js";
import type { StreamSession } from "../session/stream-session.js";
import { numbered } from "../view/numbered.js";
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
    if (context.outputs().length === 0) throw new StreamError("RT_NO_OUTPUT", NO_OUTPUT);
    await context.start();
    const outputs = context.outputs().map((output) => output.name);
    host.print(`started: a batch every ${context.batchDuration}; outputs: ${outputs.join(", ")}\n`);
  },
  stop: async ({ context, graceful, host }: StreamCall) => {
    if (context.getState() !== "ACTIVE") return host.print("no stream is running\n");
    await context.stop(false, graceful);
    const status = await context.status();
    const how = graceful ? "processed what was received, and stopped" : "stopped";
    host.print(`${how} after ${numbered(status?.completed ?? 0, "completed batch", "completed batches")}\n`);
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

const NO_OUTPUT =
  "there is no output, so there is nothing to run; draw a stream with %plot, or call print() or foreachRDD() on one";

type Verb = keyof typeof VERBS;

/** Verbs that each of the other parameters is for. */
const MEANT_FOR: Record<"timeout" | "graceful", readonly Verb[]> = {
  timeout: ["await"],
  graceful: ["stop", "restart"],
};

/** @throws MagicUsageError when a parameter is given that the verb would leave unread */
function checkMeant(
  verb: Verb,
  { timeout, graceful }: { timeout: number | undefined; graceful: boolean },
): void {
  const given = [
    ...(timeout === undefined ? [] : [{ what: "a timeout", verbs: MEANT_FOR.timeout }]),
    ...(graceful ? [{ what: "--graceful", verbs: MEANT_FOR.graceful }] : []),
  ];
  for (const { what, verbs } of given) {
    if (verbs.includes(verb)) continue;
    throw new MagicUsageError(
      `%stream: ${what} is for ${verbs.join(" and ")}, not for ${verb} (%stream -h shows its use)`,
    );
  }
}

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
    checkMeant(args.verb, args);
    const call: StreamCall = {
      context: session.context,
      graceful: args.graceful,
      timeoutMs: args.timeout,
      host,
    };
    return VERBS[args.verb](call);
  },
});
