import { defineMagic } from "../../kernel/magic/define-magic.js";
import type { Table } from "../../kernel/port/table.js";
import { bytesText, durationText, localAndUtc } from "../../kernel/port/table-cell.js";
import type { StateContents, UnreadState } from "../../runtime/context/state-contents.js";
import { rowType } from "../../runtime/rows/row-type.js";
import type { StateEntry } from "../../runtime/state/state-sight.js";
import { StreamError } from "../../runtime/stream-error.js";
import { streamParam } from "../session/stream-param.js";
import type { StreamSession } from "../session/stream-session.js";
import { numbered } from "../view/numbered.js";
import { shownAs } from "../view/shown-as.js";
import { table } from "../view/table.js";
import { checkRunning } from "./not-started.js";

/** `%state counts --top 10`: what a stream remembers by key. */
export const state = defineMagic({
  name: "state",
  kinds: ["line"],
  summary:
    "Shows the keyed state of a stream as its workers hold it: how many keys, how large, the oldest, and the values.",
  params: [
    streamParam,
    { kind: "option", name: "key", help: 'one key: a text, a number, or JSON such as ["a", 1]' },
    {
      kind: "option",
      name: "top",
      type: "integer",
      default: 20,
      min: 0,
      max: 100_000,
      help: "keys shown: the greatest numbers, or those touched last",
    },
  ],
  examples: ["%state counts", "%state counts --key the", "const rows = %state counts --top 1000"],
  async run({ args }, _host, session: StreamSession): Promise<StateEntry[]> {
    const stream = session.stream(args.stream);
    const { context } = stream;
    const query = args.key === undefined ? { limit: args.top } : { keys: keysOf(args.key) };
    const found = await context.state(stream, query);
    if (found !== undefined) return shownAs(found.entries, title(found), tables(found, args.key, false));
    const last = await context.lastState(stream, query);
    if (last?.entries !== undefined)
      return shownAs(last.entries, `${title(last)}; ${STOPPED}`, tables(last, args.key, true));
    if (last !== undefined) throw new StreamError("RT_STATE_UNREAD", unread(last));
    await checkRunning(context, `there is no state of \`${args.stream}\` to show`);
    throw new StreamError("RT_NOTHING_YET", nothingYet(args.stream, context.hasManualClock));
  },
});

const STOPPED = "the streams have stopped since: this is what it held last";
/** What is kept of a state at the stop, of each partition. */
const KEPT_AT_STOP = 1_000;

/** A stop has read what it could in a second. */
function unread({ stream, timeMs, rows, diskBytes }: UnreadState): string {
  const size = `${numbered(rows, "key", "keys")} after the batch at ${localAndUtc(timeMs)}${diskBytes === 0 ? "" : `, ${bytesText(diskBytes)} of them on disk`}`;
  return `\`${stream}\` held ${size}, which was too much for the stop to read: use %state while the streams run, or %checkpoint FOLDER before they start, from which %stream recover FOLDER and %stream start go on with it`;
}

function nothingYet(name: string, manual: boolean): string {
  const way = manual ? "%clock advance 1s makes the first one" : "wait for the first one";
  return `\`${name}\` has no state yet: no batch of it is done since it began, and it needs an output (${name}.print() or %plot ${name}); ${way}`;
}

/** What may be meant by a written key. */
function keysOf(written: string): unknown[] {
  try {
    const parsed: unknown = JSON.parse(written);
    return parsed === written ? [written] : [written, parsed];
  } catch {
    return [written];
  }
}

function title(found: StateContents): string {
  const { stream, rows, bytes, diskBytes, entries, timeMs, oldestMs, partitions, missing } = found;
  const onDisk = diskBytes === 0 ? "" : `, ${bytesText(diskBytes)} on disk`;
  const type = entries.length === 0 ? "" : ` of ${rowType(entries.map(({ key, value }) => [key, value]))}`;
  const parts = [
    `${stream}: ${numbered(rows, "key", "keys")}${type}, about ${bytesText(bytes)}${onDisk}, after the batch at ${localAndUtc(timeMs)}`,
    ...(oldestMs === undefined
      ? []
      : [`the oldest touched ${durationText(timeMs - oldestMs)} before, at ${localAndUtc(oldestMs)}`]),
    `${numbered(partitions, "partition", "partitions")}`,
    ...(missing === 0 ? [] : [`${missing} of them lost with a worker, and made again by the next batch`]),
  ];
  return parts.join("; ");
}

function tables(found: StateContents, key: string | undefined, isStopped: boolean): Table[] {
  const { entries, rows, panes } = found;
  const timed = entries.some(({ touchedMs }) => touchedMs !== undefined);
  const columns = ["key", "value", ...(timed ? [{ title: "touched", kind: "time" } as const] : [])];
  const heading =
    key === undefined
      ? entries.length === rows
        ? "all keys"
        : `${numbered(entries.length, "key", "keys")} of ${rows.toLocaleString("en-US")}: the greatest numbers, or those touched last`
      : entries.length === 0
        ? noKey(key, isStopped && rows > KEPT_AT_STOP)
        : "";
  const values = table(
    heading,
    columns,
    entries.map(({ key, value, touchedMs }) => [key, value, ...(timed ? [touchedMs] : [])]),
  );
  if (panes === undefined) return [values];
  const inPanes = table(
    "panes of the window",
    [
      { title: "until", kind: "time" },
      { title: "keys", kind: "number" },
    ],
    panes.map(({ endMs, keys }) => [endMs, keys]),
  );
  return [values, inPanes];
}

/** @param mayHaveBeen not all keys were kept at the stop */
function noKey(key: string, mayHaveBeen: boolean): string {
  if (!mayHaveBeen) return `there is no key ${key}`;
  return `the key ${key} is not among those that were kept at the stop, the greatest numbers; %state sees all while the streams run`;
}
