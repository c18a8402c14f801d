import { defineMagic } from "../../kernel/magic/define-magic.js";
import type { MagicHost } from "../../kernel/magic/magic.js";
import type { StreamSession } from "../session/stream-session.js";
import { numbered } from "../view/numbered.js";
import { shownAs } from "../view/shown-as.js";
import { table } from "../view/table.js";
import { DemoSource } from "./demo-source.js";
import { FEEDS } from "./feeds/feeds.js";
import type { SourceThreadData } from "./source-thread.js";

/** Entry of the sources' threads, beside the evaluator's in dist/. */
const SOURCE_ENTRY = new URL("./source.js", import.meta.url);

/** Where a source sends when nobody says another port. */
const USUAL_PORT = 9999;

/** `%source words --port 9999`: something to stream, when nothing else is at hand. */
export const source = defineMagic({
  name: "source",
  kinds: ["line"],
  summary:
    "Starts a demonstration source on this machine: a socket that sends lines, the same for the same seed.",
  params: [
    {
      kind: "positional",
      name: "kind",
      required: true,
      choices: ["words", "clicks", "sensors", "log", "list", "stop"],
      help: "words: real text; clicks, sensors, log: made-up records; list: what runs; stop: end it",
    },
    {
      kind: "option",
      name: "port",
      type: "integer",
      min: 1,
      max: 65_535,
      help: `port on localhost; default ${USUAL_PORT}, and for stop all of them`,
    },
    {
      kind: "option",
      name: "rate",
      type: "number",
      min: 0.1,
      max: 1_000_000,
      help: "lines a second to each client; default 2000 words, 500 clicks or log lines, 100 readings",
    },
    { kind: "option", name: "seed", type: "integer", default: 1, help: "the same seed gives the same lines" },
  ],
  examples: [
    "%source words --port 9999 --rate 2000",
    "%source sensors --port 9998 --seed 7",
    "%source list",
    "%source stop --port 9999",
  ],
  async run({ args }, host, session: StreamSession) {
    const { kind, port, rate, seed } = args;
    if (kind === "list") return list(session);
    if (kind === "stop") return stop(port, host, session);
    const options = {
      feed: kind,
      port: port ?? USUAL_PORT,
      linesPerSecond: rate ?? FEEDS[kind].usualRate,
      seed,
    };
    await session.sources.get(options.port)?.stop();
    session.sources.delete(options.port);
    session.sources.set(options.port, await DemoSource.start(options, SOURCE_ENTRY));
    host.print(started(options));
  },
});

function started({ feed, port, linesPerSecond, seed }: SourceThreadData): string {
  return `localhost:${port} sends ${linesPerSecond.toLocaleString("en-US")} lines a second to each client: ${FEEDS[feed].what}, seed ${seed}\n`;
}

async function stop(port: number | undefined, host: MagicHost, session: StreamSession): Promise<void> {
  const ports = port === undefined ? [...session.sources.keys()] : [port];
  const running = ports.filter((one) => session.sources.has(one));
  await Promise.all(running.map((one) => session.sources.get(one)?.stop()));
  for (const one of running) session.sources.delete(one);
  if (running.length > 0) host.print(`stopped: ${running.map((one) => `localhost:${one}`).join(", ")}\n`);
  else host.print(port === undefined ? "no source is running\n" : `there is no source on port ${port}\n`);
}

/** What runs, as data: the value of `const sources = %source list`. */
function list({ sources }: StreamSession) {
  const running = [...sources.values()].map(({ options, clients }) => ({ ...options, clients }));
  const columns = ["source", "port", { title: "rate", kind: "rate" }, "seed", "clients", "lines"] as const;
  const rows = running.map(({ feed, port, linesPerSecond, seed, clients }) => {
    return [feed, String(port), linesPerSecond, seed, clients, FEEDS[feed].what];
  });
  return shownAs(running, numbered(running.length, "source", "sources"), [table("", columns, rows)]);
}
