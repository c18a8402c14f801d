import type { BatchInfo } from "./batch-info.js";

const REMEMBERED_BATCHES = 1000;

/** What became of the batches of a run. */
export class BatchHistory {
  readonly #infos: BatchInfo[] = [];
  #completed = 0;

  /** How many are done. */
  get completed(): number {
    return this.#completed;
  }

  /** The last batch that is done, or that ended the run by its failure; undefined before the first. */
  get last(): BatchInfo | undefined {
    return this.#infos.at(-1);
  }

  /** The last `limit`, oldest first; no more than {@link REMEMBERED_BATCHES} are remembered. */
  latest(limit: number): BatchInfo[] {
    return limit <= 0 ? [] : this.#infos.slice(-limit);
  }

  done(info: BatchInfo): void {
    this.#completed += 1;
    this.failed(info);
  }

  /** It failed, and ends the run. */
  failed(info: BatchInfo): void {
    this.#infos.push(info);
    if (this.#infos.length > REMEMBERED_BATCHES) this.#infos.shift();
  }
}
