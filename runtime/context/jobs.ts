import type { Action, ActionResult } from "../engine/action.js";
import type { RddNode } from "../plan/rdd-node.js";
import { StreamError } from "../stream-error.js";
import type { EngineClient } from "./engine-client.js";
import type { JobInfo } from "./job-info.js";
import type { ProgramHost } from "./program-host.js";

/** A job that was begun. */
export interface Submitted {
  jobId: number;
  result: Promise<ActionResult>;
}

type Job = { -readonly [K in keyof JobInfo]: JobInfo[K] };

const REMEMBERED_JOBS = 1_000;

/**
 * The jobs of one SparkContext: whose they are, and how they are cancelled. Group, description and tags go to the
 * actions that are called after they were set; in Spark they belong to a thread, and here there is one.
 */
export class Jobs {
  readonly #jobs = new Map<number, Job>();
  readonly #running = new Set<number>();
  /** Rows that came before the answers of jobs, by partition. */
  readonly #rows = new Map<number, unknown[][]>();
  readonly #tags = new Set<string>();
  #group: string | undefined;
  #description: string | undefined;
  #count = 0;

  /**
   * @param upToDate a node with the program's functions as they are now: a cell may have redefined one of them
   * @param afterAction what an action waits for when its result is there
   */
  constructor(
    private readonly engine: EngineClient,
    private readonly host: ProgramHost,
    private readonly upToDate: (node: RddNode) => RddNode,
    private readonly afterAction: (node: RddNode, result: ActionResult) => Promise<void>,
  ) {
    engine.onRows = (jobId, place, rows) => {
      if (!this.#running.has(jobId)) return;
      const parts = this.#rows.get(jobId) ?? [];
      this.#rows.set(jobId, parts);
      parts[place] = rows;
    };
  }

  setGroup(group: string | undefined, description: string | undefined): void {
    this.#group = group;
    this.#description = description;
  }

  setDescription(description: string | undefined): void {
    this.#description = description;
  }

  /** @throws StreamError RT_JOB_TAG */
  addTag(tag: string): void {
    this.#tags.add(checkedTag(tag));
  }

  /** @throws StreamError RT_JOB_TAG */
  removeTag(tag: string): void {
    this.#tags.delete(checkedTag(tag));
  }

  clearTags(): void {
    this.#tags.clear();
  }

  tags(): Set<string> {
    return new Set(this.#tags);
  }

  /**
   * Begins a job; it is cancelled when the program's signal is aborted.
   * @param isAction false for a job that no action of the program is
   */
  submit(node: RddNode, action: Action, isAction = true): Submitted {
    this.#count += 1;
    const jobId = this.#count;
    const job: Job = {
      jobId,
      status: "RUNNING",
      group: this.#group,
      description: this.#description,
      tags: [...this.#tags],
    };
    this.#jobs.set(jobId, job);
    this.#running.add(jobId);
    return { jobId, result: this.#run(job, node, action, isAction) };
  }

  /** Ends a job, if it runs: its action rejects with RT_CANCELLED. */
  cancel(jobId: number): void {
    if (this.#running.has(jobId)) this.engine.cancel(jobId);
  }

  /** Ends the running jobs for which `which` is true. */
  cancelThose(which: (job: JobInfo) => boolean): void {
    for (const job of this.running()) if (which(job)) this.engine.cancel(job.jobId);
  }

  running(): JobInfo[] {
    return [...this.#running].flatMap((jobId) => this.#jobs.get(jobId) ?? []);
  }

  /** Those that are remembered, oldest first. */
  all(): JobInfo[] {
    return [...this.#jobs.values()];
  }

  info(jobId: number): JobInfo | undefined {
    return this.#jobs.get(jobId);
  }

  async #run(job: Job, node: RddNode, action: Action, isAction: boolean): Promise<ActionResult> {
    const { jobId } = job;
    const signal = this.host.signal();
    const cancel = () => this.engine.cancel(jobId);
    signal?.addEventListener("abort", cancel, { once: true });
    try {
      const current = this.upToDate(node);
      this.engine.send({ rdds: [current] });
      const answer = await this.engine.call("run", {
        rdd: current.id,
        action,
        job: jobId,
        tag: this.host.tag(),
      });
      const parts = this.#rows.get(jobId);
      const result = parts === undefined ? answer : { rows: parts.flat() };
      if (isAction) await this.afterAction(node, result);
      job.status = "SUCCEEDED";
      return result;
    } catch (error) {
      job.status = "FAILED";
      throw error;
    } finally {
      signal?.removeEventListener("abort", cancel);
      this.#running.delete(jobId);
      this.#rows.delete(jobId);
      this.#forgetOldest();
    }
  }

  #forgetOldest(): void {
    for (const jobId of this.#jobs.keys()) {
      if (this.#jobs.size <= REMEMBERED_JOBS) return;
      if (!this.#running.has(jobId)) this.#jobs.delete(jobId);
    }
  }
}

/** As Spark has it: tags are kept in one text, with commas between them. */
function checkedTag(tag: string): string {
  if (tag !== "" && !tag.includes(",")) return tag;
  throw new StreamError(
    "RT_JOB_TAG",
    `a job tag is a text that is not empty and has no comma, not ${JSON.stringify(tag)}`,
  );
}
