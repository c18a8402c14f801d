import { expect, test } from "vitest";
import { ManualClock } from "../time/clock.js";
import { type JobProgress, JobWatch } from "./job-watch.js";

function watch() {
  const clock = new ManualClock();
  const reports: (JobProgress & { tag: unknown })[] = [];
  const jobs = new JobWatch(clock, (tag, progress) => reports.push({ tag, ...progress }));
  return { clock, reports, jobs };
}

const nothing = () => ({ stages: 0, tasks: 0 });

test("a job that takes less than a second is not told of", () => {
  const { clock, reports, jobs } = watch();
  jobs.begin(1, "cell", nothing);
  clock.advance(999);
  jobs.end(1, "done");
  clock.advance(10_000);
  expect(reports).toEqual([]);
});

test("a longer one is told of four times a second, with what is ahead of it, and at its end", () => {
  const { clock, reports, jobs } = watch();
  let ahead = { stages: 2, tasks: 6 };
  jobs.begin(7, "cell", () => ahead);
  jobs.stageBegun(7, 4);
  ahead = { stages: 1, tasks: 2 };
  jobs.taskDone(7, 100);
  clock.advance(1_000);
  jobs.taskDone(7, 50);
  clock.advance(250);
  jobs.stageDone(7);
  jobs.end(7, "cancelled");
  clock.advance(10_000);
  const progress = { tag: "cell", job: 7, stages: { done: 0, total: 2 }, tasks: { done: 1, total: 6 } };
  expect(reports).toEqual([
    { ...progress, state: "running", records: 100, elapsedMs: 1_000 },
    { ...progress, state: "running", tasks: { done: 2, total: 6 }, records: 150, elapsedMs: 1_250 },
    {
      ...progress,
      state: "cancelled",
      stages: { done: 1, total: 1 },
      tasks: { done: 2, total: 4 },
      records: 150,
      elapsedMs: 1_250,
    },
  ]);
});

test("what belongs to a job that is not followed is left alone", () => {
  const { clock, reports, jobs } = watch();
  jobs.stageBegun(3, 2);
  jobs.taskDone(3, 1);
  jobs.stageDone(3);
  jobs.end(3, "failed");
  clock.advance(5_000);
  expect(reports).toEqual([]);
});
