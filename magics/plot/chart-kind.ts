/** What a kind of chart is: a value that says what it draws, of which records it is the usual chart, and how. */

import type { LiveRow, LiveSpec } from "../../kernel/port/live.js";
import type { FieldType } from "./record-fields.js";

/** Options of %plot that name a field of the records. */
export type FieldOption = "x" | "y" | "color";

/** `update`: a batch's rows replace those before. `append`: they follow. */
export type DrawMode = "update" | "append";

/** A chart's row: its fields are those of the kind's channels, never the records' own names. */
export type ChartRow = LiveRow;

/** One thing that a chart shows of each record, and where it finds it. */
export interface Channel {
  /** Field of the chart's rows. */
  as: string;
  /** The option that names a field of the records for it. */
  option?: FieldOption;
  /** Types it can show; without an option the first is looked for. */
  types: readonly [FieldType, ...FieldType[]];
  /** Names of fields, in lower case, that are meant for it whatever else there is; the most telling first. */
  names: readonly string[];
  /** What is taken where no field has such a name: any of the first type, or none. */
  otherwise: "any" | "none";
  /** What becomes of the chart where there is none: it is not drawn, it goes without, or the time of the batch stands in. */
  without: "refuse" | "go on" | "batch time";
}

/** A channel with the field that was found for it. */
export interface FoundChannel {
  /** Name of the records' field; undefined where the batch's time stands in. */
  field: string | undefined;
  type: FieldType;
  /** What an axis or a tooltip calls it; empty where the name says nothing (`key` and `value` of pairs). */
  title: string;
  /** Records without it are drawn too. */
  isOptional: boolean;
}

/** By the channels' `as`; without those that nothing was found for. */
export type FoundChannels = ReadonlyMap<string, FoundChannel>;

/** What is known of a batch's records when its chart is chosen. */
export interface Shape {
  types: ReadonlyMap<string, FieldType>;
  /** Whether one of the fields has this type. */
  has(type: FieldType): boolean;
  /** Number of fields of this type. */
  count(type: FieldType): number;
  /** Whether a field is called by one of these names, in any case of letters. */
  isNamed(...names: string[]): boolean;
  /** Records of the batch. */
  records: number;
}

export interface ChartKind {
  /** As `--mark` names it. */
  mark: string;
  /** What it draws, in a few words. */
  summary: string;
  /** Of what records, as in "--mark bar draws …". */
  takes: string;
  channels: readonly Channel[];
  /** Whether it is the usual chart of such records; asked in the order of the table. */
  suits(shape: Shape): boolean;
  /** Unless `--mode` says otherwise. `isWhole`: each batch has all there is, as those of windows and states do. */
  mode(channels: FoundChannels, isWhole: boolean): DrawMode;
  /**
   * What is drawn of the rows of a window, of a chart whose rows are not drawn one by one. `top`: at most so many.
   * Rows are in the order of their batches.
   */
  summarise?(rows: readonly ChartRow[], top: number): ChartRow[];
  /** It ranks: of pairs it shows the largest, and nobody looks for the others. */
  ranks?: boolean;
  /** Rows of a series, its `key`, are joined by a line: where it pauses, the line breaks (live/line-gaps.ts). */
  isJoined?: boolean;
  /** Vega-Lite, valid for v5 and v6, whose data has the name `rows`. */
  spec(channels: FoundChannels, title: string): LiveSpec;
}
