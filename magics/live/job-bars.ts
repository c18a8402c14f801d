import { randomUUID } from "node:crypto";
import { type FromEngine, LIVE_MIME, type LiveBundle, type LiveStatus } from "../../kernel/port/live.js";
import type { JobProgress } from "../../runtime/engine/job-watch.js";
import { numbered } from "../view/numbered.js";

/** Cells whose bar is remembered: a later job of the same cell goes on with it. */
const REMEMBERED_CELLS = 100;

interface Bar {
  display: string;
  /** Jobs of the cell that run and were told of. */
  running: Map<number, JobProgress>;
}

/** The bars under cells whose jobs take long: one each, whatever the number of its jobs. In the engine thread. */
export class JobBars {
  /** By cell, the one used last at the end. */
  readonly #bars = new Map<string, Bar>();

  constructor(private readonly send: (message: FromEngine) => void) {}

  report(cell: string, progress: JobProgress): void {
    const { bar, isNew } = this.#bar(cell);
    const begins = bar.running.size === 0 && progress.state === "running";
    if (progress.state === "running") bar.running.set(progress.job, progress);
    else bar.running.delete(progress.job);
    const status = statusOf(bar.running.size > 0 ? [...bar.running.values()] : [progress]);
    if (begins) {
      const bundle: LiveBundle = { display: bar.display, spec: null, rows: [], status, keepRows: 1 };
      const shown = { data: { [LIVE_MIME]: bundle }, metadata: {}, displayId: bar.display };
      this.send({ type: isNew ? "display" : "updateDisplay", cell, ...shown });
    } else if (bar.running.size === 0) this.send({ type: "liveClose", display: bar.display, status });
    else this.send({ type: "liveChange", display: bar.display, mode: "replace", rows: [], status });
  }

  /** The running jobs that a bar tells of; none when the display is no bar. */
  jobsOf(display: string): number[] {
    const bar = [...this.#bars.values()].find((one) => one.display === display);
    return [...(bar?.running.keys() ?? [])];
  }

  #bar(cell: string): { bar: Bar; isNew: boolean } {
    const known = this.#bars.get(cell);
    const bar = known ?? { display: randomUUID(), running: new Map() };
    this.#bars.delete(cell);
    this.#bars.set(cell, bar);
    const [oldest] = this.#bars.keys();
    if (this.#bars.size > REMEMBERED_CELLS && oldest !== undefined) this.#bars.delete(oldest);
    return { bar, isNew: known === undefined };
  }
}

const number = new Intl.NumberFormat("en-US");
const seconds = new Intl.NumberFormat("en-US", { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** "1 of 3 stages · 5 of 16 tasks · 1,200,000 records · 3.2 s". Several jobs of one cell are added up. */
function statusOf(jobs: readonly JobProgress[]): LiveStatus {
  const sum = (of: (job: JobProgress) => number) => jobs.reduce((total, job) => total + of(job), 0);
  const share = (of: (job: JobProgress) => JobProgress["tasks"], one: string, many: string) =>
    `${number.format(sum((job) => of(job).done))} of ${numbered(
      sum((job) => of(job).total),
      one,
      many,
    )}`;
  const tasks = Math.max(
    1,
    sum((job) => job.tasks.total),
  );
  const parts = [
    ...(jobs.length > 1 ? [`${jobs.length} jobs`] : []),
    share((job) => job.stages, "stage", "stages"),
    share((job) => job.tasks, "task", "tasks"),
    numbered(
      sum((job) => job.records),
      "record",
      "records",
    ),
    `${seconds.format(Math.max(...jobs.map((job) => job.elapsedMs)) / 1000)} s`,
  ];
  const state = jobs[0]?.state ?? "done";
  return {
    ...STANDING[state],
    text: parts.join(" · "),
    progress: state === "done" ? 1 : Math.min(1, sum((job) => job.tasks.done) / tasks),
  };
}

const STANDING: Record<JobProgress["state"], Pick<LiveStatus, "state" | "reason">> = {
  running: { state: "running", reason: "" },
  done: { state: "done", reason: "" },
  failed: { state: "failed", reason: "the job failed" },
  cancelled: { state: "stopped", reason: "the job was cancelled" },
};
