/**
 * Live displays: a chart, tables, or a bar of progress, that go on changing under their cell while any other cell runs.
 *
 * A cell shows a bundle that holds {@link LIVE_MIME}: from then on the front knows the display. The extension's own
 * thread (never the cell's) writes {@link LiveChange}s to fd 5; the front keeps the latest rows of each display, hands
 * them to every client that opens a comm for it, and forwards the client's commands. To front ends without the plugin
 * it gives pictures: it adds Vega-Lite v5, svg, png and text to the bundle (port/render.ts).
 * The kernel does not know what is shown: a display is an id, rows, and a status line.
 */

import type { CellOutput, MimeBundle } from "./evaluator.js";
import type { TableColumn } from "./table.js";

/** comm target of live displays, and the name by which the plugin finds them in the MIME bundle. */
export const LIVE_TARGET = "millrace.live";
/** An output with this opens the panel of all displays; its value means nothing. */
export const LIVE_PANEL_MIME = "application/vnd.millrace.panel.v1+json";
/** In place of a display's id: a comm that is told of all displays there are. */
export const LIVE_BOARD = "*";
export const LIVE_MIME = "application/vnd.millrace.stream.v1+json";

export type LiveRow = Record<string, unknown>;
export type LiveSpec = Record<string, unknown>;

/** A table of a live display. Its rows are those of the display whose field `table` is its name. */
export interface LiveTable {
  name: string;
  title: string;
  columns: TableColumn[];
}

/** The status strip under a live display. */
export interface LiveStatus {
  /** Streams wait, stream, stop or fail and may start again; work with an end runs and is then done, stopped or failed. */
  state: "waiting" | "streaming" | "stopped" | "failed" | "running" | "done";
  /** Why it is stopped or failed, or what it waits for; one sentence. Empty while streaming. */
  reason: string;
  /** One short line of figures, already formatted ("batch 14:03:21 · 2,000 records/s · 38 of 1,000 ms"). */
  text: string;
  /** Nothing comes any more, and no command is heard: a cell that is run again has another display. */
  isClosed?: true;
  /** How much of work with an end is done, from 0 to 1; absent for a stream. */
  progress?: number;
  /** How long a stream's last step took of the time there is for one; more than 1 is late. Absent where there is none. */
  load?: number;
}

/** What the JupyterLab plugin draws: the value of {@link LIVE_MIME}. */
export interface LiveBundle {
  /** Display id: the key of the comm and of every update. */
  display: string;
  /** The notebook's own id of the cell that made it, where the front end has told one: it stays when the cell is run again. */
  notebookCell?: string;
  /** Vega-Lite specification (v5 compatible) whose data has the name `rows`; null for a display without a chart. */
  spec: LiveSpec | null;
  /** Tables in place of a chart; absent for a display that has none. */
  tables?: LiveTable[];
  /** Displays side by side in place of a chart, each fed by itself: a dashboard. Absent for a display that is one thing. */
  tiles?: LiveBundle[];
  /** The rows when the bundle was made (possibly none). */
  rows: LiveRow[];
  status: LiveStatus;
  /** How many rows are kept when others follow, in the front and in clients: the last ones. */
  keepRows: number;
  /** And none whose `time` lies by more ms than this before the newest; see live-rows.ts. */
  keepMs?: number;
}

/** A change of one live display. */
export interface LiveChange {
  display: string;
  /** `replace`: these rows are all there is. `append`: they follow; the front keeps the last `keepRows`. */
  mode: "replace" | "append";
  rows: LiveRow[];
  status: LiveStatus;
  /** In place of the specification so far, when only the rows have told how to draw them. */
  spec?: LiveSpec;
}

/** Extension's thread → front, on fd 5. */
export type FromEngine =
  | ({ type: "liveChange" } & LiveChange)
  /** The display gets no more changes; its last picture is kept for clients that come later. */
  | { type: "liveClose"; display: string; status: LiveStatus }
  /** Text or displays of a cell, written while another cell may hold the cell thread. */
  | CellOutput;

/** Front → extension's thread, on fd 5. */
export type ToEngine =
  /** A person pressed a button of a live display. The front forwards it without knowing what it means. */
  { type: "liveCommand"; display: string; command: string };

/** Front → client over the comm, and what a client may answer. */
export type LiveToClient =
  | { type: "snapshot"; spec: LiveSpec | null; tables?: LiveTable[]; rows: LiveRow[]; status: LiveStatus }
  | { type: "change"; mode: "replace" | "append"; rows: LiveRow[]; status: LiveStatus }
  /** All displays that a panel may show, and again when there are others. */
  | { type: "board"; tiles: LiveBundle[] }
  /** It stands still: what is to be stored in the notebook, as a MIME bundle with pictures, and what metadata say of them. */
  | { type: "final"; data: MimeBundle; metadata: Record<string, unknown> }
  /** It was asked for: the same of what moves, to be stored if the notebook is saved meanwhile. */
  | { type: "moment"; data: MimeBundle; metadata: Record<string, unknown> }
  /** The kernel does not know this display: it was made before a restart. */
  | { type: "gone"; status: LiveStatus };
export type LiveFromClient =
  | { type: "command"; command: string }
  /** Whether a person can see the display. To one that is not seen nothing is sent; it has all when it is seen again. */
  | { type: "visible"; visible: boolean }
  /** Asks for a message of this type. */
  | { type: "moment" };
