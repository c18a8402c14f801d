import type { JobInfo, Jobs } from "./jobs.js";

/** What is known of a context's jobs, after Spark's class of the same name. Reads what is there: nothing is waited for. */
export class StatusTracker {
  /** @internal */
  constructor(private readonly jobs: Jobs) {}

  /** Ids of the jobs that run, oldest first. */
  getActiveJobIds(): number[] {
    return this.jobs.running().map(({ jobId }) => jobId);
  }

  /**
   * Ids of the jobs of a group, oldest first: of those that run and of the last thousand that are over.
   * @param group undefined: jobs that belong to no group
   */
  getJobIdsForGroup(group?: string): number[] {
    return this.#idsOf((job) => job.group === group);
  }

  /** The same of the jobs with a tag. */
  getJobIdsForTag(tag: string): number[] {
    return this.#idsOf(({ tags }) => tags.includes(tag));
  }

  /** Undefined for a job that never was, or was long ago. */
  getJobInfo(jobId: number): JobInfo | undefined {
    const job = this.jobs.info(jobId);
    return job && { ...job };
  }

  #idsOf(belongs: (job: JobInfo) => boolean): number[] {
    return this.jobs
      .all()
      .filter(belongs)
      .map(({ jobId }) => jobId);
  }
}
