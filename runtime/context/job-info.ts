/** What is known of a job, of those that run and the last thousand that are over. */
export interface JobInfo {
  readonly jobId: number;
  readonly status: "RUNNING" | "SUCCEEDED" | "FAILED";
  /** The group that was set when its action was called. */
  readonly group: string | undefined;
  readonly description: string | undefined;
  readonly tags: readonly string[];
}
