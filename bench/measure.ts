/** Runs what is compared in turn, in one process and one run, so that a machine whose speed drifts does not decide. */

export interface Contender {
  name: string;
  /** One run; resolves with how much work it did (words, messages, 1 for a round trip). */
  run(): Promise<number> | number;
  /** After each run, not timed. */
  after?(): Promise<void>;
}

export interface Measured {
  name: string;
  /** Milliseconds of each counted run. */
  runsMs: number[];
  medianMs: number;
  /** Work per second, from the median. */
  perSecond: number;
}

/** @param warmups runs of each that are not counted: the just-in-time compiler's share */
export async function inTurn(
  contenders: readonly Contender[],
  runs: number,
  warmups: number,
): Promise<Measured[]> {
  const taken = contenders.map(() => ({ runsMs: [] as number[], work: 0 }));
  for (let round = 0; round < warmups + runs; round++) {
    for (const [i, contender] of contenders.entries()) {
      const startedMs = performance.now();
      const work = await contender.run();
      const tookMs = performance.now() - startedMs;
      await contender.after?.();
      if (round >= warmups) taken[i]?.runsMs.push(tookMs);
      if (taken[i]) taken[i].work = work;
    }
  }
  return contenders.map(({ name }, i) => {
    const { runsMs = [], work = 0 } = taken[i] ?? {};
    const medianMs = median(runsMs);
    return { name, runsMs, medianMs, perSecond: (work * 1000) / medianMs };
  });
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
