/**
 * What a run has the program do: bodies of outputs, one after the other, and functions of transforms. The run does not wait
 * for them after its end: what never ends must not keep a stopped context from ending.
 */
export class ProgramCalls {
  /** The last body that the program is to run. */
  #last: Promise<unknown> = Promise.resolve();
  #ahead = 0;
  /** Ends the wait for each function that was called. */
  readonly #leave = new Set<() => void>();

  /** Bodies that the program is yet to run, or runs. */
  get ahead(): number {
    return this.#ahead;
  }

  /** Has the program run a body when it has run those before. */
  inTurn(body: () => Promise<void>): Promise<void> {
    this.#ahead += 1;
    const run = this.#last.then(body);
    const over = () => {
      this.#ahead -= 1;
    };
    // A failure is told where the body is waited for.
    this.#last = run.then(over, over);
    return run;
  }

  /** What a function of the program gives; undefined when the run has ended before. */
  unlessEnded<T>(work: Promise<T>): Promise<T | undefined> {
    return new Promise<T | undefined>((resolve, reject) => {
      const leave = () => resolve(undefined);
      this.#leave.add(leave);
      work.then(resolve, reject).finally(() => this.#leave.delete(leave));
    });
  }

  /** The run has ended. */
  end(): void {
    for (const leave of this.#leave) leave();
  }
}
