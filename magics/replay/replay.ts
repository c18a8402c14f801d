import { defineMagic } from "../../kernel/magic/define-magic.js";
import type { DStream } from "../../runtime/context/dstream.js";
import type { StreamSession } from "../session/stream-session.js";
import { numbered } from "../view/numbered.js";
import { DATASETS, type Earthquake } from "./datasets.js";

/** `const quakes = %replay earthquakes`: data of the past as a stream. */
export const replay = defineMagic({
  name: "replay",
  kinds: ["line"],
  summary:
    "Makes a stream of a data set that comes with Millrace: its records come again at the pace of their times, or faster.",
  params: [
    {
      kind: "positional",
      name: "dataset",
      required: true,
      choices: ["earthquakes"],
      help: `which: earthquakes, ${DATASETS.earthquakes.what}`,
    },
    {
      kind: "option",
      name: "speed",
      type: "number",
      default: DATASETS.earthquakes.usualSpeed,
      min: 0.001,
      max: 10_000_000,
      help: "so many times as fast as it was; 3600: an hour of then in a second",
    },
    {
      kind: "option",
      name: "late",
      type: "number",
      default: 0,
      min: 0,
      max: 1,
      help: "part of the records that come late",
    },
    { kind: "option", name: "by", type: "duration", default: 10_000, help: "how late those come" },
    {
      kind: "option",
      name: "seed",
      type: "integer",
      default: 1,
      help: "which records are late: the same for the same seed",
    },
  ],
  valueType: "DStream<Earthquake>",
  examples: [
    "const quakes = %replay earthquakes --speed 3600",
    "const quakes = %replay earthquakes --late 0.1 --by 5s",
  ],
  run({ args }, host, session: StreamSession): DStream<Earthquake> {
    const { dataset, speed, late, by, seed } = args;
    const { what, timeField, records } = DATASETS[dataset];
    const rows = records();
    const spanMs = (rows.at(-1)?.time ?? 0) - (rows[0]?.time ?? 0);
    host.print(`${what}; at this speed ${lasting(spanMs / speed)} from the start of the streams\n`);
    const lateness = late === 0 ? {} : { late: { fraction: late, by } };
    return session.context.replay(rows, { timeField, speed, seed, ...lateness });
  },
});

/** In seconds up to two minutes, then in minutes. */
function lasting(ms: number): string {
  return ms < 120_000
    ? numbered(Math.ceil(ms / 1000), "second", "seconds")
    : numbered(Math.round(ms / 60_000), "minute", "minutes");
}
