/** The rows that passed while somebody looked. */
export interface Peeked {
  /** Those of each batch, oldest first; a batch without rows is among them. */
  batches: { timeMs: number; rows: unknown[] }[];
  /** Why it is over: there are as many rows as were wanted, nobody wants more, or the run ended. */
  end: "full" | "enough" | "stopped";
}
