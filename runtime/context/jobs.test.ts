import { beforeEach, describe, expect, test } from "vitest";
import { SparkContext } from "./spark-context.js";

let sc: SparkContext;
beforeEach(() => {
  sc = new SparkContext({ workers: 2, threads: false });
});

const numbers = () => sc.parallelize([1, 2, 3], 2);

describe("a job belongs to the group and has the tags that were set when its action was called", () => {
  test("and says how it ended", async () => {
    sc.setJobGroup("nightly", "counts");
    sc.addJobTag("a");
    const counted = numbers().count();
    sc.clearJobGroup();
    sc.clearJobTags();
    await counted;
    await expect(
      numbers()
        .map(() => {
          throw new Error("no");
        })
        .count(),
    ).rejects.toThrow("no");
    const [first] = sc.statusTracker.getJobIdsForGroup("nightly");
    const [second] = sc.statusTracker.getJobIdsForGroup();
    expect(sc.statusTracker.getJobInfo(first ?? 0)).toEqual({
      jobId: 1,
      status: "SUCCEEDED",
      group: "nightly",
      description: "counts",
      tags: ["a"],
    });
    expect(sc.statusTracker.getJobInfo(second ?? 0)).toMatchObject({ status: "FAILED", tags: [] });
    expect(sc.statusTracker.getJobIdsForTag("a")).toEqual([1]);
    expect(sc.statusTracker.getActiveJobIds()).toEqual([]);
  });

  test("a thousand that are over are remembered", async () => {
    for (let i = 0; i < 1_002; i++) await numbers().isEmpty();
    expect(sc.statusTracker.getJobInfo(2)).toBeUndefined();
    expect(sc.statusTracker.getJobIdsForGroup()).toHaveLength(1_000);
  });
});

describe("running jobs are cancelled", () => {
  test.each<[string, () => void, (1 | 2 | 3)[]]>([
    ["by their group", () => sc.cancelJobGroup("g"), [1]],
    ["by one of their tags", () => sc.cancelJobsWithTag("t"), [1, 2]],
    ["by their number", () => sc.cancelJob(3), [3]],
    ["all together", () => sc.cancelAllJobs(), [1, 2, 3]],
    ["none by a group that nobody has", () => sc.cancelJobGroup("other"), []],
    ["none by a number that nobody has", () => sc.cancelJob(17), []],
  ])("%s", async (_how, cancel, cancelled) => {
    sc.setJobGroup("g");
    sc.addJobTag("t");
    sc.addJobTag("u");
    const first = numbers().count();
    sc.clearJobGroup();
    const second = numbers().count();
    sc.removeJobTag("t");
    const third = numbers().count();
    expect(sc.getJobTags()).toEqual(new Set(["u"]));
    expect(sc.statusTracker.getActiveJobIds()).toEqual([1, 2, 3]);
    cancel();
    const ends = await Promise.allSettled([first, second, third]);
    const rejected = ends.flatMap((end, i) => (end.status === "rejected" ? [[i + 1, end.reason.code]] : []));
    expect(rejected).toEqual(cancelled.map((job) => [job, "RT_CANCELLED"]));
  });
});

test.each(["", "a,b"])("a tag is not %j", (tag) => {
  expect(() => sc.addJobTag(tag)).toThrow(expect.objectContaining({ code: "RT_JOB_TAG" }));
});

test("stages are known by their operators and by how far their tasks are", async () => {
  const sc = new SparkContext({ workers: 2, threads: false });
  await sc
    .parallelize(["a", "b", "a"], 3)
    .map((word) => [word, 1] as [string, number])
    .reduceByKey((a, b) => a + b, 2)
    .count();
  const first = await sc.statusTracker.getStageInfo(1);
  const second = await sc.statusTracker.getStageInfo(2);
  const done = { numActiveTasks: 0, numFailedTasks: 0 };
  expect(first).toEqual({
    ...done,
    stageId: 1,
    name: "parallelize → map → reduceByKey",
    numTasks: 3,
    numCompletedTasks: 3,
  });
  expect(second).toEqual({ ...done, stageId: 2, name: "reduceByKey", numTasks: 2, numCompletedTasks: 2 });
  expect(await sc.statusTracker.getActiveStageIds()).toEqual([]);
  expect(await sc.statusTracker.getStageInfo(3)).toBeUndefined();
  await sc.stop();
});
