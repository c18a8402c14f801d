import { defineMagic } from "../../kernel/magic/define-magic.js";
import type { StreamSession } from "../session/stream-session.js";
import { WordsSource } from "./words-source.js";

/** Entry of the source's thread, beside the evaluator's in dist/. */
const WORDS_ENTRY = new URL("./words.js", import.meta.url);

/** `%source words --port 9999`: something to count, when nothing else is at hand. */
export const source = defineMagic({
  name: "source",
  kinds: ["line"],
  summary: "Starts a demonstration source on this machine: a socket that sends lines of text.",
  params: [
    {
      kind: "positional",
      name: "kind",
      required: true,
      choices: ["words", "stop"],
      help: "words: real text, ten words a line; stop: end it",
    },
    {
      kind: "option",
      name: "port",
      type: "integer",
      default: 9999,
      min: 1,
      max: 65_535,
      help: "port on localhost",
    },
    {
      kind: "option",
      name: "rate",
      type: "number",
      default: 2000,
      min: 0.1,
      max: 1_000_000,
      help: "lines a second",
    },
    {
      kind: "option",
      name: "seed",
      type: "integer",
      default: 1,
      help: "order of the texts; the same seed gives the same lines",
    },
  ],
  examples: ["%source words --port 9999 --rate 2000", "%source stop --port 9999"],
  async run({ args }, host, session: StreamSession) {
    const { kind, port, rate, seed } = args;
    await session.sources.get(port)?.stop();
    const ended = session.sources.delete(port);
    if (kind === "stop") {
      return host.print(
        ended ? `the source on port ${port} is stopped\n` : `there is no source on port ${port}\n`,
      );
    }
    session.sources.set(port, await WordsSource.start({ port, linesPerSecond: rate, seed }, WORDS_ENTRY));
    host.print(
      `localhost:${port} sends ${rate.toLocaleString("en-US")} lines a second to each client: ` +
        `State of the Union addresses (public domain), seed ${seed}\n`,
    );
  },
});
