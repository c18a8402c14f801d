/** One value of a magic's argument, checked against its declared parameter. */

import type { Option, ParamType, Positional } from "./magic.js";
import { nearestNames } from "./nearest.js";

/** Units of a duration, in ms. */
const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  millisecond: 1,
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};

const DURATION = /^([+-]?(?:\d+\.?\d*|\.\d+))\s*([a-z]*)$/i;

const PARSERS: Readonly<
  Record<ParamType, { parse(text: string): number | string | undefined; wanted: string }>
> = {
  string: { parse: (text) => text, wanted: "text" },
  line: { parse: (text) => text, wanted: "text" },
  code: { parse: (text) => text, wanted: "code" },
  integer: {
    parse: (text) => (/^[+-]?\d+$/.test(text) ? Number(text) : undefined),
    wanted: "a whole number",
  },
  number: { parse: parseNumber, wanted: "a number" },
  duration: { parse: parseDuration, wanted: 'a duration such as 500ms, 10s, 5m or "10 seconds"' },
};

/**
 * @param written the parameter as the user wrote it, for the message: `--rate`, `<name>`
 * @returns durations in ms
 * @throws Error, one sentence with the value, the parameter and what is allowed
 */
export function parseValue(text: string, param: Positional | Option, written: string): string | number {
  const { parse, wanted } = PARSERS[param.type ?? "string"];
  const value = parse(text);
  if (value === undefined) throw new Error(`${written} takes ${wanted}, not "${text}"`);
  if (param.choices && !param.choices.includes(text)) throw notAChoice(text, param.choices, written);
  if (typeof value === "number") checkRange(value, text, param, written);
  return value;
}

/** A duration in ms, undefined when `text` is none. A bare number is ms. */
function parseDuration(text: string): number | undefined {
  const [, amount = "", unit = ""] = DURATION.exec(text.trim()) ?? [];
  if (amount === "") return undefined;
  const name = unit.toLowerCase();
  const factor = name === "" ? 1 : (UNITS[name] ?? UNITS[name.replace(/s$/, "")]);
  return factor === undefined ? undefined : Number(amount) * factor;
}

function parseNumber(text: string): number | undefined {
  const value = Number(text);
  return text.trim() === "" || !Number.isFinite(value) ? undefined : value;
}

function checkRange(value: number, text: string, { min, max }: Positional | Option, written: string): void {
  const tooSmall = min !== undefined && value < min;
  if (!tooSmall && (max === undefined || value <= max)) return;
  const range =
    min === undefined
      ? `at most ${max}`
      : max === undefined
        ? `at least ${min}`
        : `between ${min} and ${max}`;
  throw new Error(`${written} must be ${range}, not ${text}`);
}

function notAChoice(text: string, choices: readonly string[], written: string): Error {
  const [near] = nearestNames(text, choices);
  const suggestion = near === undefined ? "" : `; did you mean ${near}?`;
  return new Error(`${written} is one of ${choices.join(", ")}, not "${text}"${suggestion}`);
}
