/** Spans of time as IPython's `%time` and `%timeit` write them. */

const UNITS = [
  { ms: 1000, unit: "s" },
  { ms: 1, unit: "ms" },
  { ms: 1e-3, unit: "µs" },
  { ms: 1e-6, unit: "ns" },
];
const DIGITS = 3;

/** `1.23 ms`, three digits; from a minute on `1min 30s`. */
export function formatTime(ms: number): string {
  if (ms >= 60_000) return longTime(Math.round(ms / 1000));
  const { ms: size, unit } = UNITS.find((candidate) => ms >= candidate.ms) ?? { ms: 1e-6, unit: "ns" };
  return `${Number((ms / size).toPrecision(DIGITS))} ${unit}`;
}

function longTime(seconds: number): string {
  const parts = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3_600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "min"],
    [seconds % 60, "s"],
  ] as const;
  return parts
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count}${unit}`)
    .join(" ");
}
