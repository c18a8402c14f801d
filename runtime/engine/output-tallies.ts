/** What became of an output so far. */
export interface OutputTally {
  /** Batches that it was run for, to the end. */
  batches: number;
  failures: number;
  /** Why it failed last; empty when it never did. */
  lastFailure: string;
}

const NOTHING: OutputTally = { batches: 0, failures: 0, lastFailure: "" };

/** What became of the outputs of a run, by their ids. */
export class OutputTallies {
  readonly #tallies = new Map<string, OutputTally>();

  of(output: string): OutputTally {
    return this.#tallies.get(output) ?? NOTHING;
  }

  done(output: string): void {
    const tally = this.of(output);
    this.#tallies.set(output, { ...tally, batches: tally.batches + 1 });
  }

  failed(output: string, reason: string): void {
    const tally = this.of(output);
    this.#tallies.set(output, { ...tally, failures: tally.failures + 1, lastFailure: reason });
  }

  forget(outputs: readonly string[]): void {
    for (const output of outputs) this.#tallies.delete(output);
  }
}
