/**
 * Fields without whose values a specification of the user's own draws nothing of a record, as Vega-Lite decides it: marks without
 * a number for their place, size or colour are left out, and a mean goes on without it.
 */

import type { LiveSpec } from "../../kernel/port/live.js";
import { fieldAt } from "./record-fields.js";

interface NeededField {
  field: string;
  isTime: boolean;
}

/** What each layer of a view needs. */
type View = readonly (readonly NeededField[])[];

/** What a part of a specification has from those around it. */
interface Around {
  encoding: LiveSpec;
  /** Whether its data are the stream's. */
  isStream: boolean;
  /** Fields that transforms make: records have none of them. */
  made: ReadonlySet<unknown>;
}

const CHANNELS = ["x", "y", "color", "fill", "stroke", "size", "opacity", "angle"] as const;
const COLOURS: ReadonlySet<string> = new Set(["color", "fill", "stroke"]);
/** Parts that are views side by side. */
const GRIDS = ["concat", "hconcat", "vconcat"] as const;
/** Aggregates that have a value without one of the field. */
const COUNTS: ReadonlySet<unknown> = new Set(["count", "valid", "missing", "distinct"]);
/** Scales on which a missing value has a place. */
const DISCRETE: ReadonlySet<unknown> = new Set(["ordinal", "band", "point"]);
/** Transforms after which a record is still a record. */
const ONE_BY_ONE = ["filter", "calculate"] as const;

export class NeededFields {
  readonly #views: readonly View[];

  /** @param spec one that says itself what becomes of missing values is left alone: nothing is missed then */
  constructor(spec: LiveSpec) {
    const around: Around = { encoding: {}, isStream: true, made: new Set() };
    const isOwn = /"(?:invalid|impute)":/.test(JSON.stringify(spec));
    this.#views = isOwn ? [] : viewsOf(spec, around);
  }

  /** The field for want of which some view draws nothing of a row; undefined when all draw it. */
  missing(row: Readonly<Record<string, unknown>>): string | undefined {
    const lacks = (needed: readonly NeededField[]) => needed.find((one) => !hasValue(row, one))?.field;
    const view = this.#views.find((layers) => layers.every((needed) => lacks(needed) !== undefined));
    return view?.[0] && lacks(view[0]);
  }
}

function viewsOf(part: LiveSpec, around: Around): View[] {
  const transforms = listOf(part.transform);
  if (!transforms.every((one) => ONE_BY_ONE.some((kind) => kind in one))) return [];
  const within: Around = {
    encoding: { ...around.encoding, ...objectOf(part.encoding) },
    isStream: "data" in part ? objectOf(part.data).name === "rows" : around.isStream,
    made: new Set([...around.made, ...transforms.map((one) => one.as)]),
  };
  if ("mark" in part) return within.isStream ? [[neededBy(within)]] : [];
  const inside = (parts: unknown) => listOf(parts).flatMap((one) => viewsOf(one, within));
  if ("layer" in part) {
    const layers = inside(part.layer).flat();
    return layers.length > 0 ? [layers] : [];
  }
  if ("spec" in part) return inside([part.spec]);
  return GRIDS.flatMap((grid) => inside(part[grid]));
}

function neededBy({ encoding, made }: Around): NeededField[] {
  return CHANNELS.flatMap((channel) => {
    const { field, type, aggregate, bin, timeUnit, sort, scale } = objectOf(encoding[channel]);
    if (typeof field !== "string" || made.has(field) || COUNTS.has(aggregate)) return [];
    if (DISCRETE.has(objectOf(scale).type)) return [];
    const isNumber =
      aggregate !== undefined || Boolean(bin) || !(COLOURS.has(channel) || Array.isArray(sort));
    const usual = timeUnit !== undefined ? "temporal" : isNumber ? "quantitative" : "nominal";
    const drawnAs = type ?? usual;
    if (drawnAs !== "quantitative" && drawnAs !== "temporal") return [];
    return [{ field, isTime: drawnAs === "temporal" }];
  });
}

function hasValue(row: Readonly<Record<string, unknown>>, { field, isTime }: NeededField): boolean {
  const value = fieldAt(row, field);
  if (value === null || value === undefined) return false;
  return Number.isFinite(isTime && typeof value === "string" ? Date.parse(value) : Number(value));
}

function objectOf(value: unknown): LiveSpec {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as LiveSpec) : {};
}

function listOf(value: unknown): LiveSpec[] {
  return Array.isArray(value) ? value.map(objectOf) : [];
}
