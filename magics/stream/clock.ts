import { defineMagic } from "../../kernel/magic/define-magic.js";
import { MagicUsageError } from "../../kernel/magic/parse.js";
import { parseValue } from "../../kernel/magic/parse-value.js";
import { localAndUtc } from "../../kernel/port/table-cell.js";
import type { StreamingContext } from "../../runtime/context/streaming-context.js";
import { type BatchInfo, numRecords } from "../../runtime/engine/batch-info.js";
import { StreamError } from "../../runtime/stream-error.js";
import { Duration } from "../../runtime/time/duration.js";
import { checkRunning } from "../inspect/not-started.js";
import { timeOf } from "../inspect/time-of-day.js";
import type { StreamSession } from "../session/stream-session.js";
import { numbered } from "../view/numbered.js";
import { shownAs } from "../view/shown-as.js";
import { table } from "../view/table.js";

/** What time it is for the streams, and what moved it: the value of `%clock`. */
export interface ClockReading {
  clock: "system" | "manual";
  /** Undefined for a manual clock that was not started. */
  timeMs: number | undefined;
  /** How many batches the advance made, and the last of them, oldest first: no more than are remembered. */
  count: number;
  batches: BatchInfo[];
}

/** `%clock manual`, `%clock advance 10s`: virtual time, to look at batches one by one. */
export const clock = defineMagic({
  name: "clock",
  kinds: ["line"],
  summary:
    "Sets whose time the streams go by: the system's, or virtual time that moves only by `%clock advance`, so that every run is the same.",
  params: [
    {
      kind: "positional",
      name: "what",
      choices: ["system", "manual", "advance", "show"],
      help: "which clock from the next start on; advance moves a manual one; show, the default, says what time it is",
    },
    {
      kind: "positional",
      name: "amount",
      help: "for advance: how far, such as 10s, or one batch by default; for manual: when it begins, such as 2026-01-01T00:00:00Z",
    },
  ],
  examples: ["%clock manual", "%clock advance 10s", "%clock system", "%clock"],
  run({ args }, host, session: StreamSession): Promise<ClockReading> {
    return WORDS[args.what ?? "show"](session.context, args.amount, (text) => host.print(`${text}\n`));
  },
});

/** Of more batches the last ones are shown; code has all that are remembered. */
const SHOWN_BATCHES = 20;

type Word = (
  context: StreamingContext,
  amount: string | undefined,
  print: (text: string) => void,
) => Promise<ClockReading>;

const WORDS: Record<"system" | "manual" | "advance" | "show", Word> = {
  async system(context) {
    changeable(context);
    context.useClock("system");
    return reading(context);
  },
  async manual(context, amount) {
    changeable(context);
    context.useClock({ startMs: amount === undefined ? 0 : timeOf(amount, 0) });
    return reading(context);
  },
  async advance(context, amount = String(context.batchDuration.ms)) {
    await checkRunning(context, "there is no time to move");
    if (!context.hasManualClock)
      throw new StreamError(
        "RT_CLOCK_NOT_MANUAL",
        "the streams go by the system's clock, which nobody moves; %stream stop, then %clock manual and %stream start",
      );
    const ms = durationOf(amount);
    const before = await context.status();
    await context.advance(ms);
    const afterMs = before?.last?.batchTimeMs ?? Number.NEGATIVE_INFINITY;
    const made = (await context.batches()).filter(({ batchTimeMs }) => batchTimeMs > afterMs);
    const completed = ((await context.status())?.completed ?? 0) - (before?.completed ?? 0);
    return advanced(
      { ...(await readingOf(context)), count: Math.max(completed, made.length), batches: made },
      ms,
    );
  },
  show: (context) => reading(context),
};

function changeable(context: StreamingContext): void {
  if (context.getState() !== "ACTIVE") return;
  throw new StreamError(
    "RT_CLOCK",
    "the streams run, and keep the clock that they were started with; %stream stop first",
  );
}

function durationOf(written: string): number {
  try {
    const ms = Number(
      parseValue(written, { kind: "positional", name: "amount", type: "duration", help: "" }, "<amount>"),
    );
    if (ms > 0) return Math.round(ms);
  } catch {
    // told below, with the magic's name
  }
  throw new MagicUsageError(
    `%clock: advance takes a duration such as 10s or 500ms, not "${written}" (%clock -h shows its use)`,
  );
}

async function readingOf(context: StreamingContext): Promise<ClockReading> {
  const status = await context.status();
  const kind = context.hasManualClock ? "manual" : "system";
  const timeMs = status !== undefined && status.clock === kind ? status.nowMs : undefined;
  return { clock: kind, timeMs, count: 0, batches: [] };
}

async function reading(context: StreamingContext): Promise<ClockReading> {
  const value = await readingOf(context);
  const running = context.getState() === "ACTIVE";
  const way = running ? "%clock advance 10s moves it" : "%stream start, then %clock advance 10s";
  const title =
    value.clock === "system"
      ? "the streams go by the system's clock"
      : `virtual time${value.timeMs === undefined ? "" : `: ${value.timeMs} ms, ${localAndUtc(value.timeMs)}`}; ${way}`;
  return shownAs(value, title, []);
}

function advanced(value: ClockReading, ms: number): ClockReading {
  const { timeMs = 0, count, batches } = value;
  const title = `${new Duration(ms).brief} later it is ${timeMs} ms, ${localAndUtc(timeMs)}: ${numbered(count, "batch", "batches")}`;
  const columns = [
    { title: "batch at ms", kind: "number" },
    { title: "time", kind: "time" },
    { title: "records", kind: "number" },
    { title: "state", kind: "status" },
  ] as const;
  const shown = batches.slice(-SHOWN_BATCHES);
  const rows = shown.map((batch) => [
    batch.batchTimeMs,
    batch.batchTimeMs,
    numRecords(batch),
    batch.outputs.some(({ failure }) => failure !== undefined) ? "failed" : "done",
  ]);
  return shownAs(
    value,
    title,
    shown.length === 0 ? [] : [table(shown.length < count ? `the last ${shown.length}` : "", columns, rows)],
  );
}
