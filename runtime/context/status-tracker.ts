import type { StageInfo } from "../engine/job.js";
import type { EngineClient } from "./engine-client.js";
import type { JobInfo } from "./job-info.js";
import type { Jobs } from "./jobs.js";

/**
 * What is known of a context's jobs, after Spark's class of the same name. Of jobs it tells what is known here, at once; of
 * stages the engine is asked.
 */
export class StatusTracker {
  /** @internal */
  constructor(
    private readonly jobs: Jobs,
    private readonly engine: EngineClient,
  ) {}

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

  /** Ids of the stages that have tasks which run, of streams too. */
  async getActiveStageIds(): Promise<number[]> {
    const stages = await this.engine.call("stages", null);
    return stages.filter(({ numActiveTasks }) => numActiveTasks > 0).map(({ stageId }) => stageId);
  }

  /** Undefined for a stage that never was, or was long ago. */
  async getStageInfo(stageId: number): Promise<StageInfo | undefined> {
    return (await this.engine.call("stages", null)).find((stage) => stage.stageId === stageId);
  }

  #idsOf(belongs: (job: JobInfo) => boolean): number[] {
    return this.jobs
      .all()
      .filter(belongs)
      .map(({ jobId }) => jobId);
  }
}
