import { expect, test } from "vitest";
import { type FromEngine, LIVE_MIME, type LiveBundle } from "../../kernel/port/live.js";
import type { JobProgress } from "../../runtime/engine/job-watch.js";
import { JobBars } from "./job-bars.js";

const progress = (job: number, state: JobProgress["state"] = "running", done = 1): JobProgress => ({
  job,
  state,
  stages: { done: 0, total: 2 },
  tasks: { done, total: 4 },
  records: 1_200_000,
  elapsedMs: 3_210,
});

function bars() {
  const sent: FromEngine[] = [];
  const told = new JobBars((message) => sent.push(message));
  /** What went out since the last call, one line each. */
  const since = () =>
    sent.splice(0).map((message) => {
      if (message.type === "liveChange" || message.type === "liveClose") {
        const { state, reason, text, progress: share } = message.status;
        return `${message.type} ${state} ${share} ${reason}|${text}`;
      }
      if (message.type !== "display" && message.type !== "updateDisplay") return message.type;
      const bundle = message.data[LIVE_MIME] as LiveBundle;
      return `${message.type} ${message.cell} ${bundle.spec} ${bundle.status.state}`;
    });
  const displayOf = () => {
    const [first] = sent;
    return first?.type === "display" ? (first.displayId ?? "") : "";
  };
  return { told, since, displayOf };
}

test("a cell's first long job gets a bar, which moves and ends with it", () => {
  const { told, since } = bars();
  told.report("a", progress(1));
  told.report("a", progress(1, "running", 3));
  told.report("a", progress(1, "done", 4));
  expect(since()).toEqual([
    "display a null running",
    "liveChange running 0.75 |0 of 2 stages · 3 of 4 tasks · 1,200,000 records · 3.2 s",
    "liveClose done 1 |0 of 2 stages · 4 of 4 tasks · 1,200,000 records · 3.2 s",
  ]);
});

test("a later job of the cell goes on with the same bar", () => {
  const { told, since } = bars();
  told.report("a", progress(1));
  told.report("a", progress(1, "done"));
  since();
  told.report("a", progress(2));
  told.report("b", progress(3));
  expect(since()).toEqual(["updateDisplay a null running", "display b null running"]);
});

test("jobs of one cell that run at once are added up", () => {
  const { told, since } = bars();
  told.report("a", progress(1));
  since();
  told.report("a", progress(2, "running", 3));
  told.report("a", progress(1, "failed"));
  told.report("a", progress(2, "done", 4));
  expect(since()).toEqual([
    "liveChange running 0.5 |2 jobs · 0 of 4 stages · 4 of 8 tasks · 2,400,000 records · 3.2 s",
    "liveChange running 0.75 |0 of 2 stages · 3 of 4 tasks · 1,200,000 records · 3.2 s",
    "liveClose done 1 |0 of 2 stages · 4 of 4 tasks · 1,200,000 records · 3.2 s",
  ]);
});

test("what a job was ended by is said", () => {
  const { told, since } = bars();
  for (const [job, state] of [
    [1, "failed"],
    [2, "cancelled"],
  ] as const) {
    told.report("a", progress(job));
    told.report("a", progress(job, state));
  }
  expect(since().filter((line) => line.startsWith("liveClose"))).toEqual([
    expect.stringMatching(/^liveClose failed 0.25 the job failed\|/),
    expect.stringMatching(/^liveClose stopped 0.25 the job was cancelled\|/),
  ]);
});

test("a bar's button ends the jobs it tells of, and those only", () => {
  const { told, displayOf } = bars();
  told.report("a", progress(1));
  told.report("a", progress(2));
  told.report("b", progress(3));
  told.report("a", progress(1, "done"));
  expect(told.jobsOf(displayOf())).toEqual([2]);
  expect(told.jobsOf("no bar")).toEqual([]);
});
