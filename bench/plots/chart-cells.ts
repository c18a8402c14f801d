/** Cells of the notebooks that the benchmark of charts opens. */

/** Each batch has `points` records in two series, and none is as it was in the batch before. */
export function pointsCells({ points, batchMs, charts, rate }: ChartLoad): string[] {
  const half = points / 2;
  return [
    `const ssc = new StreamingContext(sc, ${batchMs});`,
    `const ticks = ssc.queueStream(Array.from({ length: 5000 }, (_, i) => [i]));`,
    `const points = ticks.flatMap((i) => Array.from({ length: ${points} }, (_, n) => ({ time: n % ${half}, value: Math.sin((n + i) / 20), series: n < ${half} ? "a" : "b" })));`,
    ...Array.from({ length: charts }, (_, i) => plotCell(i, points, rate)),
    "%stream start",
    "%stream stop",
  ];
}

export interface ChartLoad {
  points: number;
  batchMs: number;
  charts: number;
  /** Changes a second. */
  rate: number;
}

/** `--mark line` needs two dimensions; more than some thousand points are drawn as points. */
function plotCell(index: number, points: number, rate: number): string {
  const mark = points > 2000 ? "point --x time --y value" : "line --x time";
  return `%plot points --mark ${mark} --mode update --rate ${rate} --window ${points}rows --title chart${index}`;
}
