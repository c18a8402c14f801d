/** How the records of a stream become the rows of its chart: decided once, by its plan and its first records. */

import { inspect } from "node:util";
import type { LiveSpec } from "../../kernel/port/live.js";
import { StreamError } from "../../runtime/stream-error.js";
import type { PlotPlan } from "../live/plot-plan.js";
import type { ChartRow, DrawMode, FoundChannels } from "./chart-kind.js";
import { kindOf, shapeOf, usualKind } from "./chart-kinds.js";
import { type DrawnRecords, drawnRecords } from "./drawn-records.js";
import { findChannels } from "./find-channels.js";
import { NeededFields } from "./needed-fields.js";
import { ownRow } from "./own-row.js";
import { type Fields, fieldsOf } from "./record-fields.js";

/** Records that are looked at to choose a chart. */
const SAMPLE = 50;

export interface Drawing {
  /** The kind of chart; empty for a specification of the user's own. */
  mark: string;
  spec: LiveSpec;
  /** Whether a batch's rows are all there is, or follow those before. */
  mode: DrawMode;
  /** Its rows are joined by lines over the times of their batches. Times of the records' own have no pace to fall behind. */
  isJoined: boolean;
  /** A batch's records as rows. */
  draw(timeMs: number, records: readonly unknown[]): DrawnRecords;
  /** It shows the largest of pairs: those that are left out are not missed. */
  ranks: boolean;
  /** What is drawn of a window's rows; undefined when they are drawn as they are. */
  summarise: ((rows: readonly ChartRow[]) => ChartRow[]) | undefined;
}

/**
 * @param records of one batch, not empty; the plan's own specification needs none
 * @throws StreamError RT_PLOT_TYPE when such records cannot be drawn, RT_PLOT_FIELD for an option that names no field of theirs
 */
export function drawingOf(plan: PlotPlan, records: readonly unknown[]): Drawing {
  if (plan.spec !== undefined) return ownDrawing(plan, plan.spec);
  const sample = records.slice(0, SAMPLE).flatMap(asFields);
  const shape = shapeOf(sample, records.length);
  const kind = plan.mark === undefined ? usualKind(shape) : kindOf(plan.mark);
  const channels = kind && findChannels(kind, sample, shape.types, plan.fields);
  if (kind === undefined || channels === undefined) throw notDrawable(plan, records[0]);
  checkWindow(plan, channels);
  const mode = plan.mode ?? kind.mode(channels, plan.isWhole);
  const summarise = kind.summarise?.bind(kind);
  return {
    mark: kind.mark,
    spec: kind.spec(channels, plan.title),
    mode,
    isJoined: kind.isJoined === true && mode === "append" && isOfBatch(channels),
    ranks: kind.ranks === true,
    draw: (timeMs, batch) => {
      const drawn = drawnRecords(channels, kind.isJoined === true, timeMs, batch);
      if (mode === "update" || summarise !== undefined) return drawn;
      return { ...drawn, rows: drawn.rows.map((row) => ({ time: timeMs, ...row })) };
    },
    summarise: summarise && ((rows) => summarise(rows, plan.top)),
  };
}

/** An empty chart of a kind, for a plan whose records are not known yet. */
export function emptySpec({ spec, mark, title }: PlotPlan): LiveSpec {
  if (spec !== undefined) return spec;
  const kind = kindOf(mark ?? "bar");
  if (kind === undefined) throw new Error(`there is no kind of chart ${mark}`);
  const channels = kind.channels.filter(({ without }) => without !== "go on");
  const empty = { field: undefined, title: "", isOptional: false };
  return kind.spec(new Map(channels.map(({ as, types: [type] }) => [as, { ...empty, type }])), title);
}

function ownDrawing({ mode = "update" }: PlotPlan, spec: LiveSpec): Drawing {
  const needed = new NeededFields(spec);
  return {
    mark: "",
    spec,
    mode,
    isJoined: false,
    ranks: false,
    draw: (timeMs, records) => {
      const rows = records.map((record) => ownRow(timeMs, record));
      const lacking = new Map<string, number>();
      for (const field of rows.flatMap((row) => needed.missing(row) ?? []))
        lacking.set(field, (lacking.get(field) ?? 0) + 1);
      return { rows, lacking, isForeign: false };
    },
    summarise: undefined,
  };
}

/** A window of time is one of what the chart has on its axis of time. */
function checkWindow({ window, fields }: PlotPlan, channels: FoundChannels): void {
  const time = channels.get("time");
  if (window.ms === undefined || time === undefined || time.type === "time") return;
  throw new StreamError(
    "RT_PLOT_WINDOW",
    `--x ${fields.x} is a ${time.type}, and a window of time needs a time there; give a number of rows, such as --window 500rows`,
  );
}

/** Whether the time is the batch's. */
function isOfBatch(channels: FoundChannels): boolean {
  const time = channels.get("time");
  return time !== undefined && time.field === undefined;
}

function asFields(record: unknown): Fields[] {
  const fields = fieldsOf(record);
  return fields === undefined ? [] : [fields];
}

/** Why a stream with such a record is not drawn, and what to do. */
function notDrawable({ stream, mark }: PlotPlan, record: unknown): StreamError {
  const shown = inspect(record, { breakLength: Number.POSITIVE_INFINITY, depth: 2, maxStringLength: 100 });
  const takes = mark === undefined ? undefined : kindOf(mark)?.takes;
  const what =
    takes === undefined
      ? "%plot draws numbers, pairs [key, number] and records that have numbers"
      : `--mark ${mark} draws ${takes}`;
  return new StreamError(
    "RT_PLOT_TYPE",
    `${what}, but ${stream} has records such as ${shown}; map them first`,
  );
}
