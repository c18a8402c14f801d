/**
 * Recognises live displays and their messages where they come from outside: a notebook file may hold anything, and a
 * kernel may be newer than the plugin.
 */

import type { LiveBundle, LiveStatus, LiveToClient } from "./live.js";
import { isTableColumn } from "./table-shape.js";

type Shape = Record<string, (value: unknown) => boolean>;

const isString = (value: unknown): boolean => typeof value === "string";
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isRows = (value: unknown): boolean => Array.isArray(value) && value.every(isObject);
const has = (value: unknown, shape: Shape): boolean =>
  isObject(value) && Object.entries(shape).every(([key, accepts]) => accepts(value[key]));

const STATES: Record<LiveStatus["state"], true> = {
  waiting: true,
  streaming: true,
  stopped: true,
  failed: true,
  running: true,
  done: true,
};
const isShare = (value: unknown): boolean => typeof value === "number" && value >= 0 && value <= 1;
const isLiveTable = (value: unknown): boolean =>
  has(value, {
    name: isString,
    title: isString,
    columns: (columns) => Array.isArray(columns) && columns.every(isTableColumn),
  });
const areTables = (value: unknown): boolean =>
  value === undefined || (Array.isArray(value) && value.every(isLiveTable));
const isSpec = (value: unknown): boolean => value === null || isObject(value);
const isStatus = (value: unknown): boolean =>
  has(value, {
    state: (state) => isString(state) && Object.hasOwn(STATES, String(state)),
    reason: isString,
    text: isString,
    isClosed: (value) => value === undefined || value === true,
    progress: (value) => value === undefined || isShare(value),
    load: (value) => value === undefined || (typeof value === "number" && value >= 0),
  });

const isCount = (value: unknown): boolean => Number.isInteger(value) && Number(value) > 0;

/** Tiles have none of their own. */
function areTiles(value: unknown): boolean {
  return Array.isArray(value) && value.every((tile) => isLiveBundle(tile) && tile.tiles === undefined);
}

const BUNDLE: Shape = {
  display: isString,
  notebookCell: (cell) => cell === undefined || isString(cell),
  spec: isSpec,
  tables: areTables,
  rows: isRows,
  status: isStatus,
  tiles: (tiles) => tiles === undefined || areTiles(tiles),
  keepRows: isCount,
  keepMs: (value) => value === undefined || isCount(value),
};

const MESSAGES: Record<LiveToClient["type"], Shape> = {
  snapshot: { spec: isSpec, tables: areTables, rows: isRows, status: isStatus },
  change: { mode: (mode) => mode === "replace" || mode === "append", rows: isRows, status: isStatus },
  board: { tiles: areTiles },
  final: { data: isObject, metadata: isObject },
  moment: { data: isObject, metadata: isObject },
  gone: { status: isStatus },
};

/** Whether the value of a MIME bundle is a live display that can be drawn. */
export function isLiveBundle(value: unknown): value is LiveBundle {
  return has(value, BUNDLE);
}

/** Whether the data of a comm message is one that is known here. Others are for later plugins. */
export function isLiveToClient(value: unknown): value is LiveToClient {
  if (!isObject(value) || typeof value.type !== "string" || !Object.hasOwn(MESSAGES, value.type))
    return false;
  const shape = Object.entries(MESSAGES).find(([type]) => type === value.type)?.[1];
  return shape !== undefined && has(value, shape);
}
