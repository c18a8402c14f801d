/** What a tooltip says of a row, told when it is shown: told by Vega, each row is formatted at each change, for nobody. */

import type { LiveRow } from "../../kernel/port/live.js";

/** A line of a specification's tooltip. */
interface TooltipLine {
  field: string;
  type: string;
  title: string;
  format?: string;
}

type Spec = Record<string, unknown>;
/** Vega's formats: of numbers by d3-format, of times by d3-time-format. */
export interface Locale {
  format(specifier: string): (value: number) => string;
  timeFormat(specifier: string): (value: number) => string;
}

/** The lines of the tooltip that all marks of a chart have; undefined where it has another one, or none. */
export function tooltipLines({ encoding }: Spec): TooltipLine[] | undefined {
  const lines = (encoding as Spec | undefined)?.tooltip;
  return Array.isArray(lines) && lines.every(isLine) ? lines : undefined;
}

/** The specification with marks that hand over their row itself in place of a tooltip. */
export function withoutTooltip(spec: Spec): Spec {
  const { tooltip: _told, ...encoding } = spec.encoding as Spec;
  const withRow = (mark: unknown): Spec => ({
    ...(typeof mark === "string" ? { type: mark } : (mark as Spec)),
    tooltip: { content: "data" },
  });
  const marked = (part: Spec): Spec => ("mark" in part ? { ...part, mark: withRow(part.mark) } : part);
  const layers = Array.isArray(spec.layer) ? { layer: spec.layer.map(marked) } : {};
  return { ...marked(spec), ...layers, encoding };
}

/** Title → text, in the order of the lines; lines whose value is missing say so by nothing. */
export function linesOf(row: LiveRow, lines: readonly TooltipLine[], locale: Locale): Record<string, string> {
  return Object.fromEntries(
    lines.map(({ field, title, ...how }) => [unescaped(title), textOf(row[field], how, locale)]),
  );
}

function textOf(
  value: unknown,
  { type, format = "" }: Pick<TooltipLine, "type" | "format">,
  locale: Locale,
): string {
  if (value === null || value === undefined) return "";
  if (type === "quantitative") return locale.format(format)(Number(value));
  if (type === "temporal") return `${locale.timeFormat(format)(Number(value))} (${utc(Number(value))})`;
  return String(value);
}

/** "13:03:21Z": the charts' times are those of the person's clock. */
function utc(ms: number): string {
  return `${new Date(ms).toJSON()?.slice(11, 19)}Z`;
}

/** Titles are written for the expressions that Vega-Lite makes of them. */
function unescaped(title: string): string {
  return title.replace(/\\u([0-9a-f]{4})/gi, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}

/** Fields of a row as they are: nothing that Vega-Lite would derive from them. */
function isLine(value: unknown): value is TooltipLine {
  if (typeof value !== "object" || value === null) return false;
  const { field, type, title, format = "", ...more } = value as Record<string, unknown>;
  const isPlain = [field, type, title, format].every((text) => typeof text === "string");
  return isPlain && !/[.[\]\\]/.test(String(field)) && Object.keys(more).length === 0;
}
