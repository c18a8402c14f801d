/** Requests that run one at a time, in the order they came: cells, and comms that cells may wait for. */

export interface Job {
  run(): Promise<void>;
  /** Done instead of `run` when a cell before this one failed; without it the job runs all the same. */
  abort?: () => Promise<void>;
}

export class RequestQueue {
  #waiting: Job[] = [];
  #busy = false;
  #working: Promise<void> = Promise.resolve();
  readonly #onIdle: () => void;

  /** `onIdle` is called each time the last job has ended. */
  constructor(onIdle: () => void = () => undefined) {
    this.#onIdle = onIdle;
  }

  /** False while a job runs or waits. */
  get idle(): boolean {
    return !this.#busy;
  }

  /** Resolves when no job runs or waits. */
  async drained(): Promise<void> {
    await this.#working;
  }

  /** Jobs must not reject. */
  push(job: Job): void {
    this.#waiting.push(job);
    if (!this.#busy) this.#working = this.#work();
  }

  /** All jobs that wait now are aborted in their turn; those that come later run. */
  abortWaiting(): void {
    this.#waiting = this.#waiting.map((job) => ({ ...job, run: job.abort ?? job.run }));
  }

  async #work(): Promise<void> {
    this.#busy = true;
    for (let job = this.#waiting.shift(); job !== undefined; job = this.#waiting.shift()) await job.run();
    this.#busy = false;
    this.#onIdle();
  }
}
