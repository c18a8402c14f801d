import type { BenchmarkResult } from "../benchmark.js";
import { type Contender, inTurn, type Measured } from "../measure.js";
import { measurePeer, type PeerMeasured } from "./peer.js";

const RUNS = 5;
const WARMUPS = 2;

/** The same work done by a hand-written loop on one thread, and by an RDD on all task threads, one after the other. */
export interface Contest {
  /** Name by which an outside engine is told what to do. */
  id: string;
  what: string;
  /** Units of work in a run, and what they are. */
  work: number;
  unit: string;
  /** What is to be reached, as a sentence of the table. */
  goal: string;
  /** File that is read; undefined when the rows are made. */
  file?: string;
  /** Both give the same number, which depends on all rows. */
  plain(): number;
  rdd(): Promise<number>;
}

/** Columns of a table of contests. */
export const COLUMNS = ["", "median", "ratio", "to reach"];

/** Runs contests one by one. @param peers command lines of outside engines: see peer.ts @throws Error when answers differ */
export async function hold(contests: readonly Contest[], peers: readonly string[]): Promise<BenchmarkResult> {
  const rows: string[][] = [];
  const data: unknown[] = [];
  for (const contest of contests) {
    const answers = new Map<string, number>();
    const measured = await inTurn(contenders(contest, answers), RUNS, WARMUPS);
    const beside = peers.map((peer) => measurePeer(peer, contest, answers));
    checkEqual(contest, answers);
    rows.push(...rowsOf(contest, [...measured, ...beside]));
    data.push({ id: contest.id, measured, beside });
  }
  return { columns: COLUMNS, rows, data };
}

function contenders({ work, plain, rdd }: Contest, answers: Map<string, number>): Contender[] {
  return [
    {
      name: "loop",
      run: () => {
        answers.set("loop", plain());
        return work;
      },
    },
    {
      name: "Millrace",
      run: async () => {
        answers.set("Millrace", await rdd());
        return work;
      },
    },
  ];
}

function checkEqual({ id }: Contest, answers: ReadonlyMap<string, number>): void {
  if (new Set(answers.values()).size === 1) return;
  const given = [...answers].map(([name, answer]) => `${name} ${answer}`).join(", ");
  throw new Error(`${id}: the answers differ: ${given}`);
}

function rowsOf({ what, unit, goal }: Contest, [loop, ...others]: (Measured | PeerMeasured)[]): string[][] {
  if (loop === undefined) throw new Error("nothing was measured");
  const value = ({ perSecond, medianMs }: Measured | PeerMeasured) =>
    `${(perSecond / 1e6).toFixed(2)} M ${unit}/s (${medianMs.toFixed(0)} ms)`;
  return [
    [`${what}, loop on one thread`, value(loop), "", ""],
    ...others.map((other) => [
      `${what}, ${other.name}`,
      value(other),
      `${(loop.medianMs / other.medianMs).toFixed(2)} × the loop`,
      other.name === "Millrace" ? goal : "",
    ]),
  ];
}
