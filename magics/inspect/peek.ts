import { defineMagic } from "../../kernel/magic/define-magic.js";
import { localAndUtc } from "../../kernel/port/table-cell.js";
import type { DStream } from "../../runtime/context/dstream.js";
import type { Peeked } from "../../runtime/engine/peeked.js";
import { rowType } from "../../runtime/rows/row-type.js";
import { TimeLimit } from "../../runtime/time/time-limit.js";
import { streamParam } from "../session/stream-param.js";
import type { StreamSession } from "../session/stream-session.js";
import { numbered } from "../view/numbered.js";
import { shownAs } from "../view/shown-as.js";
import { recordTable } from "../view/table.js";
import { checkRunning } from "./not-started.js";

/** Nothing may pass for long: the cell ends then, and says so. */
const USUAL_WAIT_MS = 10_000;

/** `%peek lines 5`: the next rows as they pass. */
export const peek = defineMagic({
  name: "peek",
  kinds: ["line"],
  summary:
    "Shows the next rows of a stream as they pass, beside its batches: it needs no output, and changes no result.",
  params: [
    streamParam,
    { kind: "positional", name: "n", type: "integer", min: 1, help: "how many rows; default 10" },
    {
      kind: "option",
      name: "wait",
      type: "duration",
      min: 1,
      help: "how long at most; default 10 s, or three slides of the stream if that is longer",
    },
  ],
  examples: ["%peek lines", "%peek counts 20 --wait 1m", "const rows = %peek lines 3"],
  async run({ args }, host, session: StreamSession): Promise<unknown[]> {
    const stream = session.stream(args.stream);
    const { context } = stream;
    await checkRunning(context, `no rows of \`${args.stream}\` pass`);
    const n = args.n ?? 10;
    if (context.hasManualClock) return lastRows(stream, args.stream, n);
    const waitMs = args.wait ?? Math.max(USUAL_WAIT_MS, 3 * stream.slideDuration.ms);
    const limit = new TimeLimit(waitMs);
    const peeked = await context
      .peek(stream, n, AbortSignal.any([host.signal, limit.signal]))
      .finally(() => limit.end());
    host.signal.throwIfAborted();
    return passed(stream, args.stream, peeked ?? { batches: [], end: "stopped" });
  },
});

async function passed(stream: DStream<unknown>, name: string, { batches, end }: Peeked): Promise<unknown[]> {
  const rows = batches.flatMap((batch) => batch.rows);
  const from = batches.find((batch) => batch.rows.length > 0);
  if (from === undefined) {
    const why = end === "stopped" ? "the streams stopped" : await stream.context.explainNothing(stream);
    const looked = numbered(batches.length, "batch", "batches");
    return shownAs(rows, `${name}: no row passed in ${looked}: ${why}`, []);
  }
  const times = batches.length === 1 ? "" : ` to ${localAndUtc(batches.at(-1)?.timeMs ?? 0)}`;
  const title = `${name}: ${numbered(rows.length, "row", "rows")} of ${rowType(rows)}, from the batch at ${localAndUtc(batches[0]?.timeMs ?? 0)}${times}`;
  return shownAs(rows, title, [recordTable("", rows)]);
}

/** Where time stands still nothing passes: those of the last batch are shown. */
async function lastRows(stream: DStream<unknown>, name: string, limit: number): Promise<unknown[]> {
  const last = await stream.context.latest(stream, { kind: "take", limit });
  const rows = last && "rows" in last ? last.rows : [];
  const still = "the clock is manual, so that nothing passes by itself; %clock advance 1s moves on";
  if (last === undefined || rows.length === 0)
    return shownAs(rows, `${name}: no rows in the last batch (${still})`, []);
  const title = `${name}: ${numbered(rows.length, "row", "rows")} of ${rowType(rows)} of the last batch, at ${last.timeMs} ms (${still})`;
  return shownAs(rows, title, [recordTable("", rows)]);
}
