import { defineMagic } from "../../kernel/magic/define-magic.js";
import { notStarted } from "../inspect/not-started.js";
import type { StreamSession } from "../session/stream-session.js";
import { recoverStreams } from "./recover.js";
import { redeploy } from "./redeploy.js";
import { start } from "./start.js";
import { list, statusView } from "./status-view.js";
import { stop } from "./stop.js";
import { checkMeant, onlyDuration, onlyName, type StreamCall } from "./stream-call.js";

/** What each word after %stream does. */
const VERBS = {
  start,
  stop,
  restart: async (call: StreamCall) => {
    await stop({ ...call, afterwards: () => start(call) });
  },
  status: ({ session }: StreamCall) => statusView(session.context),
  list: ({ session }: StreamCall) => list(session.context),
  await: ({ session, names, host }: StreamCall) => {
    const { context } = session;
    const forMs = names.length === 0 ? undefined : onlyDuration("await", names);
    if (context.getState() === "INITIALIZED") throw notStarted("there is nothing to wait for");
    return forMs === undefined
      ? context.awaitTermination(host.signal)
      : context.awaitTerminationOrTimeout(forMs, host.signal);
  },
  recover: (call: StreamCall) => recoverStreams(call, onlyName("recover", call.names)),
  redeploy,
} as const;

/** `%stream start`: the life of the notebook's streaming context, and of its single outputs. */
export const stream = defineMagic({
  name: "stream",
  kinds: ["line"],
  summary:
    "Starts, stops and shows the notebook's streams (those of `ssc`), all of them or single outputs by name.",
  params: [
    {
      kind: "positional",
      name: "verb",
      choices: ["start", "stop", "restart", "status", "list", "await", "recover", "redeploy"],
      help: "what to do, by default status; recover goes on where an earlier kernel ended, redeploy has outputs read the streams as they are declared now",
    },
    {
      kind: "positional",
      name: "names",
      rest: true,
      variableTypes: ["DStream"],
      help: "for start, stop, restart, redeploy: streams or outputs, all by default; for await: how long at most, such as 10s; for recover: the checkpoint's folder",
    },
    { kind: "flag", name: "graceful", help: "for stop and restart: first process what was received" },
    { kind: "flag", name: "now", help: "for stop and restart: cancel the batch that is being run" },
    {
      kind: "option",
      name: "states",
      choices: ["keep", "reset"],
      help: "for recover, where states do not fit the program: keep those that do, or begin all anew",
    },
  ],
  examples: [
    "%stream start",
    "%stream stop counts",
    "%stream stop --graceful",
    "%stream status",
    "%stream await 10s",
    "%stream recover checkpoints/words",
  ],
  run({ args }, host, session: StreamSession) {
    const { verb = "status", names, graceful, now, states } = args;
    checkMeant(verb, { names: names.length > 0, graceful, now, states: states !== undefined });
    return VERBS[verb]({ host, session, names, how: graceful ? "graceful" : now ? "now" : "batch", states });
  },
});
