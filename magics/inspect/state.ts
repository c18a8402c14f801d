import { defineMagic } from "../../kernel/magic/define-magic.js";
import type { Table } from "../../kernel/port/table.js";
import { bytesText, localAndUtc } from "../../kernel/port/table-cell.js";
import type { StateContents } from "../../runtime/context/state-contents.js";
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
    if (found === undefined) {
      await checkRunning(context, `there is no state of \`${args.stream}\` to show`);
      throw new StreamError("RT_NOTHING_YET", nothingYet(args.stream, context.hasManualClock));
    }
    return shownAs(found.entries, title(found), tables(found, args.key));
  },
});

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
  const { stream, rows, bytes, entries, timeMs, oldestMs, partitions, missing } = found;
  const type = entries.length === 0 ? "" : ` of ${rowType(entries.map(({ key, value }) => [key, value]))}`;
  const parts = [
    `${stream}: ${numbered(rows, "key", "keys")}${type}, about ${bytesText(bytes)}, after the batch at ${localAndUtc(timeMs)}`,
    ...(oldestMs === undefined ? [] : [`the oldest touched at ${localAndUtc(oldestMs)}`]),
    `${numbered(partitions, "partition", "partitions")}`,
    ...(missing === 0 ? [] : [`${missing} of them lost with a worker, and made again by the next batch`]),
  ];
  return parts.join("; ");
}

function tables({ entries, rows, panes }: StateContents, key: string | undefined): Table[] {
  const timed = entries.some(({ touchedMs }) => touchedMs !== undefined);
  const columns = ["key", "value", ...(timed ? [{ title: "touched", kind: "time" } as const] : [])];
  const heading =
    key === undefined
      ? entries.length === rows
        ? "all keys"
        : `${numbered(entries.length, "key", "keys")} of ${rows.toLocaleString("en-US")}: the greatest numbers, or those touched last`
      : entries.length === 0
        ? `there is no key ${key}`
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
