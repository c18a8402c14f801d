import { expect, test } from "vitest";
import { Away } from "../pool/away.js";
import { StreamError } from "../stream-error.js";
import { ManualClock } from "../time/clock.js";
import { Patience } from "./patience.js";

const away = (patienceMs = 60_000) => new Away("RT_HDFS", "the NameNode cannot be reached", patienceMs);

/** Work that fails so often. */
function failing(times: number, error: () => Error): { asked: number; work(): Promise<string> } {
  const told = {
    asked: 0,
    work: async () => {
      told.asked += 1;
      if (told.asked <= times) throw error();
      return "done";
    },
  };
  return told;
}

/** A patience in time that the test moves, and what it has told. */
function patient(who: string) {
  const clock = new ManualClock();
  const warnings: string[] = [];
  const time = {
    measure: () => {
      const begunMs = clock.now();
      return () => clock.now() - begunMs;
    },
    wait: (ms: number) => new Promise<void>((resolve) => clock.at(clock.now() + ms, resolve)),
  };
  /** In steps of the shortest wait, after each of which is done what then can be done. */
  const pass = async (ms: number) => {
    for (const endMs = clock.now() + ms; clock.now() < endMs; clock.advance(100))
      await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { warnings, pass, patience: new Patience(who, (text) => warnings.push(text), undefined, time) };
}

test("what is away is tried again, and nothing is told of what passes soon", async () => {
  const { patience, warnings, pass } = patient("the job");
  const work = failing(4, away);
  const done = patience.run(work.work);
  await pass(1500);
  expect(await done).toBe("done");
  expect(work.asked).toBe(5);
  expect(warnings).toEqual([]);
});

test("whoever waits is told once of what is away, with how long it is waited for, and once when all is back", async () => {
  const { patience, warnings, pass } = patient("the stream");
  let isAway = true;
  const work = () => async () => {
    if (isAway) throw new StreamError("RT_CHECKPOINT_DISK", "cannot write", { cause: away() });
  };
  const waiting = [patience.run(work()), patience.run(work())];
  await pass(3000);
  expect(warnings).toEqual([]);
  await pass(100);
  expect(warnings).toHaveLength(1);
  isAway = false;
  await pass(2000);
  await Promise.all(waiting);
  expect(warnings).toEqual([
    "the NameNode cannot be reached; the stream waits for it, up to 60 s (hdfs: { patience })",
    "what the stream waited for is back, and it goes on",
  ]);
});

test("what does not come back fails when its time is over", async () => {
  const { patience, warnings, pass } = patient("the job");
  const waiting = expect(patience.run(failing(Number.POSITIVE_INFINITY, away).work)).rejects.toThrow(
    "cannot be reached",
  );
  await pass(62_000);
  await waiting;
  expect(warnings).toHaveLength(1);
});

test("what is wrong in another way fails at once", async () => {
  const work = failing(1, () => new StreamError("RT_FILE", "permission is denied"));
  await expect(new Patience("the job", () => undefined).run(work.work)).rejects.toMatchObject({
    code: "RT_FILE",
  });
  expect(work.asked).toBe(1);
});

test("what is worth no wait fails at once, and whoever waits fails when it ends", async () => {
  const patience = new Patience("the job", () => undefined);
  await expect(patience.run(failing(1, () => away(0)).work)).rejects.toThrow("cannot be reached");
  const waiting = patience.run(failing(Number.POSITIVE_INFINITY, away).work);
  patience.end();
  await expect(waiting).rejects.toThrow("cannot be reached");
  const aborted = new Patience("the job", () => undefined, AbortSignal.abort());
  await expect(aborted.run(failing(1, away).work)).rejects.toThrow("cannot be reached");
});
