/** The values that were in rows before a move changed them. */
interface Before<S> {
  readonly rows: ArrayLike<number>;
  readonly values: ArrayLike<S>;
}

/**
 * All pairs of a state as they were after one of its moves. Many of those who are given them ask for a few, for their number, or
 * for nothing: so the values are copied when somebody reads them. After one more move they are what that move found in the rows that
 * it changed, and in all others what is there.
 */
export class LentPairs<S> {
  readonly keys: readonly unknown[];
  readonly length: number;
  #values: S[] | undefined;
  /** What the move since has changed. */
  #since: Before<S> | undefined;

  /** @param table has the values, its keys are not to be changed @param over is called when the state needs to know of it no longer */
  constructor(
    private readonly table: { readonly keys: readonly unknown[]; readonly values: S[] },
    private readonly over: () => void,
  ) {
    this.keys = table.keys;
    this.length = table.keys.length;
  }

  get values(): readonly S[] {
    return this.#values ?? this.copy();
  }

  /** The state is about to move. */
  moves(log: Before<S>): void {
    if (this.#since === undefined) this.#since = log;
    else this.copy();
  }

  /** The values are its own from now on. */
  copy(): readonly S[] {
    const values = this.table.values.slice(0, this.length);
    const { rows, values: before } = this.#since ?? NOTHING;
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as number;
      if (row < this.length) values[row] = before[i] as S;
    }
    this.#values = values;
    this.release();
    return values;
  }

  /** Nobody reads it any more. */
  release(): void {
    this.#since = undefined;
    this.over();
  }
}

const NOTHING = { rows: [], values: [] };
