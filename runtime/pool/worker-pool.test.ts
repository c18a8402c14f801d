import { describe, expect, test } from "vitest";
import type { PortableFunction } from "../closure/portable-function.js";
import type { Cancellation } from "./cancellation.js";
import type { FromWorker, Program, ToWorker } from "./task.js";
import { type NewTask, TaskFailed, type WorkerEvents, WorkerPool } from "./worker-pool.js";

const PROGRAM: Program = { id: "p", source: "", functions: [], steps: [] };

/** A pool of workers that do nothing by themselves: the test sees what they are sent and answers for them. */
function pool(size: number) {
  const workers: {
    sent: ToWorker[];
    events: WorkerEvents;
    cancellation: Cancellation;
    terminated: boolean;
  }[] = [];
  const spawned: number[] = [];
  const made = new WorkerPool(size, ({ worker }, cancellation, events) => {
    const state = { sent: [] as ToWorker[], events, cancellation, terminated: false };
    workers[worker] = state;
    spawned.push(worker);
    return {
      post: (message) => {
        if (message.type === "peer") message.port.close();
        state.sent.push(message);
      },
      terminate: async () => {
        state.terminated = true;
      },
    };
  });
  const tasks = (worker: number) =>
    (workers[worker]?.sent ?? []).flatMap((message) => (message.type === "task" ? [message.task.task] : []));
  const answer = (worker: number, message: FromWorker) => workers[worker]?.events.message(message);
  const done = (worker: number, task: number) => answer(worker, doneOf(task));
  return { made, workers, spawned, tasks, answer, done };
}

function doneOf(task: number): FromWorker {
  return {
    type: "done",
    task,
    result: { count: task },
    metrics: { recordsIn: 0, elapsedMs: 0 },
    printed: [],
    accumulated: [],
    kept: [],
    moved: undefined,
  };
}

function task(number: number, job = 1): NewTask {
  return {
    task: number,
    job,
    input: { kind: "rows", rows: [] },
    output: { kind: "count" },
    keeps: [],
    args: [],
  };
}

describe("tasks that any worker may run", () => {
  test("go to idle workers, and the others wait: none is stuck behind a long one", () => {
    const { made, tasks } = pool(2);
    for (const n of [1, 2, 3, 4, 5]) void made.run(task(n), PROGRAM);
    expect([tasks(0), tasks(1)]).toEqual([[1], [2]]);
  });

  test("go to whichever worker is done first", async () => {
    const { made, tasks, done } = pool(2);
    const results = [1, 2, 3, 4].map((n) => made.run(task(n), PROGRAM));
    done(1, 2);
    done(1, 3);
    expect(tasks(1)).toEqual([2, 3, 4]);
    await expect(results[2]).resolves.toMatchObject({ result: { count: 3 }, worker: 1 });
  });
});

test("a task that only one worker may run waits for it", () => {
  const { made, tasks, done } = pool(2);
  for (const n of [1, 2, 3]) void made.run(task(n), PROGRAM, 1);
  expect([tasks(0), tasks(1)]).toEqual([[], [1, 2]]);
  done(1, 1);
  expect(tasks(1)).toEqual([1, 2, 3]);
});

test("tasks that are ahead of their turn give way to all others, and keep their order", () => {
  const { made, tasks, done } = pool(2);
  const ahead = (n: number, worker?: number) => void made.run(task(n), PROGRAM, worker, true);
  const inTurn = (n: number, worker?: number) => void made.run(task(n), PROGRAM, worker);
  inTurn(1, 0);
  inTurn(2, 1);
  for (const n of [10, 11]) ahead(n);
  for (const n of [20, 21, 22]) ahead(n, 0);
  expect(tasks(0), "it is busy with one more, while what it has to say travels").toEqual([1, 20]);
  inTurn(3);
  inTurn(4, 0);
  done(1, 2);
  done(1, 3);
  expect(tasks(1)).toEqual([2, 3, 10]);
  done(0, 1);
  done(0, 20);
  done(0, 4);
  done(0, 21);
  expect(tasks(0)).toEqual([1, 20, 4, 21, 22]);
});

test("a program and its functions go to a worker once, before the first task that needs them", () => {
  const { made, workers } = pool(1);
  made.define({
    id: "f",
    parts: [],
    revival: { instances: [], properties: [], collections: [] },
    label: "f",
    isAsync: false,
    record: undefined,
  });
  void made.run(task(1), { ...PROGRAM, functions: ["f"] }, 0);
  void made.run(task(2), { ...PROGRAM, functions: ["f"] }, 0);
  expect(workers[0]?.sent.map((message) => message.type)).toEqual(["function", "program", "task", "task"]);
});

describe("what a worker keeps of functions", () => {
  const portable = (id: string) => ({ id, parts: [], label: id }) as unknown as PortableFunction;
  const program = (id: string, functions: string[]): Program => ({ ...PROGRAM, id, functions });
  const names = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `f${from + i}`);
  const ids = (sent: readonly ToWorker[], type: "function" | "drop") =>
    sent.flatMap((message) => {
      if (message.type !== type) return [];
      return message.type === "drop"
        ? message.ids
        : [(message as { portable: PortableFunction }).portable.id];
    });

  test("is what it used last: others are dropped, and sent again when they are needed", () => {
    const { made, workers, done } = pool(1);
    for (const id of names(0, 400)) made.define(portable(id));
    for (const [i, id] of names(0, 400).entries()) {
      void made.run(task(i), program(`p${i}`, [id]));
      done(0, i);
    }
    const sent = workers[0]?.sent ?? [];
    expect(ids(sent, "drop")).toContain("f0");
    expect(ids(sent, "drop")).not.toContain("f399");
    expect(ids(sent, "function")).toHaveLength(400);
    void made.run(task(400), program("p0", ["f0"]));
    expect(ids(sent, "function").at(-1)).toBe("f0");
  });

  test("is all that one task needs, however much that is", () => {
    const { made, workers, done } = pool(1);
    for (const id of names(0, 1000)) made.define(portable(id));
    for (const number of [1, 2]) {
      void made.run(task(number), program("long", names(0, 1000)));
      done(0, number);
    }
    expect(ids(workers[0]?.sent ?? [], "function")).toHaveLength(1000);
    expect(ids(workers[0]?.sent ?? [], "drop")).toEqual([]);
  });
});

describe("a lost worker", () => {
  test("is replaced; its tasks and those that wait for it are told, and which of them it was running", async () => {
    const { made, workers, spawned, tasks } = pool(2);
    const lost: number[] = [];
    made.onLost = (worker) => lost.push(worker);
    const running = made.run(task(1), PROGRAM, 0);
    const second = made.run(task(2), PROGRAM, 0);
    const third = made.run(task(3), PROGRAM, 0);
    workers[0]?.events.lost({ reason: "it was killed", outOfMemory: false });
    const error = { code: "RT_WORKER_LOST", message: "worker thread 0 was lost: it was killed" };
    await expect(running).rejects.toMatchObject({ ...error, begun: true });
    await expect(second).rejects.toMatchObject({ ...error, begun: false });
    await expect(third).rejects.toMatchObject({ ...error, begun: false });
    expect(spawned).toEqual([0, 1, 0]);
    expect(tasks(0)).toEqual([]);
    expect(lost).toEqual([0]);
  });

  test("says so once, however often it is told", () => {
    const { made, workers, spawned } = pool(1);
    const first = workers[0]?.events;
    void made.run(task(1), PROGRAM).catch(() => undefined);
    first?.lost({ reason: "error", outOfMemory: false });
    first?.lost({ reason: "exit", outOfMemory: false });
    expect(spawned).toEqual([0, 0]);
  });
});

describe("a worker that ends as it starts", () => {
  const loss = { reason: "it ended with exit code 7", outOfMemory: false };
  const failing = {
    code: "RT_WORKER_START",
    message: expect.stringContaining("the last time: it ended with exit code 7"),
  };

  test("is started four times; then what waits fails, and no other is started", async () => {
    const { made, workers, spawned } = pool(2);
    for (let death = 1; death < 4; death++) workers[0]?.events.lost(loss);
    const [own, shared, others] = [
      made.run(task(1), PROGRAM, 0),
      made.run(task(2), PROGRAM),
      made.run(task(3), PROGRAM, 1),
    ];
    const waiting = made.run(task(4), PROGRAM);
    workers[0]?.events.lost(loss);
    await expect(own).rejects.toMatchObject(failing);
    await expect(waiting).rejects.toMatchObject(failing);
    expect(spawned).toEqual([0, 1, 0, 0, 0]);
    workers[1]?.events.message(doneOf(2));
    workers[1]?.events.message(doneOf(3));
    await expect(Promise.all([shared, others]), "what another worker runs goes on").resolves.toHaveLength(2);
    const seen = made.look("state", { limit: 1 });
    workers[1]?.events.message({ type: "seen", look: 1, sights: [] });
    await expect(seen, "nobody waits for the one that is not there").resolves.toEqual([]);
  });

  test("is tried once more by the next task, which fails by its death or is run", async () => {
    const { made, workers, spawned, tasks, done } = pool(1);
    for (let death = 1; death <= 4; death++) workers[0]?.events.lost(loss);
    const again = made.run(task(1), PROGRAM);
    workers[0]?.events.lost(loss);
    await expect(again).rejects.toMatchObject(failing);
    const third = made.run(task(2), PROGRAM);
    expect([spawned.length, tasks(0)]).toEqual([6, [2]]);
    done(0, 2);
    await expect(third).resolves.toMatchObject({ worker: 0 });
  });

  test("is another thing than one that starts and is ended by its tasks: those are replaced as often as it takes", async () => {
    const { made, workers, spawned } = pool(1);
    for (let death = 1; death <= 10; death++) {
      workers[0]?.events.started();
      workers[0]?.events.lost(loss);
    }
    const running = made.run(task(1), PROGRAM);
    workers[0]?.events.lost(loss);
    await expect(running).rejects.toMatchObject({ code: "RT_WORKER_LOST", begun: true });
    expect(spawned).toHaveLength(12);
  });
});

describe("a cancelled job", () => {
  test("rejects its waiting tasks and tells its running ones, which settle when their worker answers", async () => {
    const { made, workers, tasks, done } = pool(1);
    const [first, second, third] = [1, 2, 3].map((n) => made.run(task(n, 7), PROGRAM, 0));
    const other = made.run(task(4, 8), PROGRAM, 0);
    const reason = new Error("given up");
    made.cancel(7, reason, () => 60_000);
    await expect(third).rejects.toBe(reason);
    expect([...(workers[0]?.cancellation.flag ?? [])]).toEqual([1, 1, 1, 0]);
    done(0, 1);
    await expect(first).resolves.toMatchObject({ result: { count: 1 } });
    expect(tasks(0)).toEqual([1, 2, 4]);
    expect([...(workers[0]?.cancellation.flag ?? [])], "the seat of task 1 is that of task 4").toEqual([
      1, 0, 1, 0,
    ]);
    done(0, 2);
    done(0, 4);
    await expect(second).resolves.toMatchObject({ result: { count: 2 } });
    await expect(other).resolves.toMatchObject({ result: { count: 4 } });
  });

  test("replaces a worker that has not answered in time", async () => {
    const { made, spawned } = pool(1);
    const running = made.run(task(1, 7), PROGRAM, 0);
    const lost = new Promise<string>((resolve) => {
      made.onLost = (_worker, reason) => resolve(reason);
    });
    made.cancel(7, new Error("given up"), () => 1);
    await expect(running).rejects.toMatchObject({ code: "RT_WORKER_LOST" });
    expect(await lost).toBe("it did not end a cancelled task");
    expect(spawned).toEqual([0, 0]);
  });
});

test("what a task failed with is the rejection", async () => {
  const { made, answer } = pool(1);
  const failing = made.run(task(1), PROGRAM);
  const failure = {
    thrown: { name: "Error", message: "no", stack: "" },
    operator: "map",
    record: "1",
    code: "",
  };
  answer(0, { type: "failed", task: 1, failure, printed: [] });
  await expect(failing).rejects.toBeInstanceOf(TaskFailed);
  await expect(failing).rejects.toMatchObject({ failure });
});

test("closing rejects what waits and ends all workers", async () => {
  const { made, workers } = pool(2);
  const waiting = made.run(task(1), PROGRAM);
  await made.close();
  await expect(waiting).rejects.toMatchObject({ code: "RT_POOL_CLOSED" });
  expect(workers.map((worker) => worker.terminated)).toEqual([true, true]);
});
