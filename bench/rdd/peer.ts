import { execSync } from "node:child_process";
import { median } from "../measure.js";

/*
 * A lane for outside engines (Spark, Flink, Polars, DuckDB …): a command line in, one line of JSON out.
 *
 *   npm run bench rdd-text -- --peer "python3 polars-peer.py"
 *
 * For each contest the command is run once with two more arguments: the contest's id and the file it reads ("-" when the
 * rows are made by the contest itself; their formula stands in bench/rdd-*.bench.ts). It does the work as often as it likes,
 * after warming up as it likes, and prints as its last line
 *
 *   {"name": "Polars 1.30", "runsMs": [812.1, 800.4, 805.0], "answer": 100000}
 *
 * with the milliseconds of each counted run, and the same answer as the loop gives. An engine that does not take part in
 * a contest prints {"name": "…", "runsMs": [], "answer": null}.
 */

export interface PeerMeasured {
  name: string;
  runsMs: number[];
  medianMs: number;
  perSecond: number;
}

/** @param answers takes the peer's answer by its name @throws Error when the command fails, or prints no such line */
export function measurePeer(
  command: string,
  contest: { id: string; work: number; file?: string },
  answers: Map<string, number>,
): PeerMeasured {
  const printed = execSync(`${command} ${contest.id} ${contest.file ?? "-"}`, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: 1 << 28,
  });
  const last = printed.trimEnd().split("\n").at(-1) ?? "";
  const { name, runsMs, answer } = JSON.parse(last) as {
    name: string;
    runsMs: number[];
    answer: number | null;
  };
  if (answer !== null) answers.set(name, answer);
  const medianMs = median(runsMs);
  return { name, runsMs, medianMs, perSecond: (contest.work * 1000) / medianMs };
}
