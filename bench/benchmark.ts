/** One row of the table that `npm run bench` prints. */
export interface BenchmarkRow {
  what: string;
  /** With its unit: "8.2 M words/s", "41 ms". */
  value: string;
  /** Against what, and how many times as fast or as long; empty for the yardstick itself. */
  ratio: string;
}

export interface BenchmarkResult {
  rows: BenchmarkRow[] | string[][];
  /** Heads of the columns when rows are lists of cells. */
  columns?: string[];
  /** Everything measured, for bench/results/. Plain data. */
  data: unknown;
}

/** A benchmark: a file `bench/*.bench.ts` whose default export is one of these. */
export interface Benchmark {
  name: string;
  /** What is done, in one sentence: the caption of its table. */
  summary: string;
  /** @param peers command lines of outside engines to measure beside; most benchmarks have no place for them */
  run(peers: readonly string[]): Promise<BenchmarkResult>;
}
