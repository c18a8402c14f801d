import type { Clock } from "../time/clock.js";

/** How far a job is. Stages that are not begun yet count with what they are expected to have. */
export interface JobProgress {
  /** Number by which the engine cancels it. */
  job: number;
  state: "running" | "done" | "failed" | "cancelled";
  stages: Share;
  tasks: Share;
  /** Records that its tasks have taken in so far. */
  records: number;
  elapsedMs: number;
}

export interface Share {
  done: number;
  total: number;
}

/** What of a job has not begun. */
export interface Ahead {
  stages: number;
  tasks: number;
}

/** A shorter job is over before anyone could read how far it is. */
const SILENT_MS = 1_000;
const INTERVAL_MS = 250;

interface Watched {
  tag: unknown;
  startedMs: number;
  stages: Share;
  tasks: Share;
  records: number;
  ahead(): Ahead;
  /** Takes back the next report. */
  cancelReport(): void;
  reported: boolean;
}

/** Follows jobs, and tells of those that take longer than a second: four times a second, and at their end. */
export class JobWatch {
  readonly #jobs = new Map<number, Watched>();

  /** @param report `tag` says whose job it is */
  constructor(
    private readonly clock: Clock,
    private readonly report: (tag: unknown, progress: JobProgress) => void,
  ) {}

  /** @param ahead asked at each report: what of the job has not begun */
  begin(job: number, tag: unknown, ahead: () => Ahead): void {
    const startedMs = this.clock.now();
    const watched: Watched = {
      tag,
      startedMs,
      stages: { done: 0, total: 0 },
      tasks: { done: 0, total: 0 },
      records: 0,
      ahead,
      cancelReport: () => undefined,
      reported: false,
    };
    this.#jobs.set(job, watched);
    this.#schedule(job, watched, startedMs + SILENT_MS);
  }

  /** A stage of so many tasks begins. What belongs to no job that is followed is left alone. */
  stageBegun(job: number, tasks: number): void {
    const watched = this.#jobs.get(job);
    if (watched === undefined) return;
    watched.stages.total += 1;
    watched.tasks.total += tasks;
  }

  stageDone(job: number): void {
    const watched = this.#jobs.get(job);
    if (watched !== undefined) watched.stages.done += 1;
  }

  taskDone(job: number, records: number): void {
    const watched = this.#jobs.get(job);
    if (watched === undefined) return;
    watched.tasks.done += 1;
    watched.records += records;
  }

  end(job: number, state: Exclude<JobProgress["state"], "running">): void {
    const watched = this.#jobs.get(job);
    if (watched === undefined) return;
    watched.cancelReport();
    this.#jobs.delete(job);
    if (watched.reported) this.report(watched.tag, this.#progress(job, watched, state));
  }

  #schedule(job: number, watched: Watched, atMs: number): void {
    watched.cancelReport = this.clock.at(atMs, () => {
      watched.reported = true;
      this.report(watched.tag, this.#progress(job, watched, "running"));
      this.#schedule(job, watched, atMs + INTERVAL_MS);
    });
  }

  #progress(job: number, watched: Watched, state: JobProgress["state"]): JobProgress {
    const { stages, tasks, records, startedMs } = watched;
    const ahead = state === "running" ? watched.ahead() : { stages: 0, tasks: 0 };
    return {
      job,
      state,
      stages: { done: stages.done, total: stages.total + ahead.stages },
      tasks: { done: tasks.done, total: tasks.total + ahead.tasks },
      records,
      elapsedMs: this.clock.now() - startedMs,
    };
  }
}
