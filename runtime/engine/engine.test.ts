import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { inputStream } from "../operators/input.js";
import { parallelizeNode } from "../operators/parallelize.js";
import { newNodeId, type RddNode } from "../plan/rdd-node.js";
import type { StreamNode } from "../plan/stream-node.js";
import { PlanSender } from "../plan/transfer.js";
import { inlineWorkers } from "../pool/inline-worker.js";
import { WorkerPool } from "../pool/worker-pool.js";
import { Engine } from "./engine.js";
import type { CallName, EngineCalls, FlatOutput, FromEngine, ToEngine } from "./port.js";
import type { Presenter } from "./presenter.js";
import { TASK_CODE } from "./task-code.js";

const engines: Engine[] = [];

afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.close();
});

/** An engine as its program sees it: calls and their answers, what it posts, and the rows of observed outputs. */
function newEngine() {
  const posted: FromEngine[] = [];
  const rows: [output: string, timeMs: number, rows: unknown[]][] = [];
  const waiting = new Map<number, (message: FromEngine) => void>();
  const presenter: Presenter = {
    rows: (output, timeMs, given) => rows.push([output.name, timeMs, given]),
    printed: () => undefined,
    jobProgress: () => undefined,
    batchCompleted: () => undefined,
    stopped: () => undefined,
    removed: () => undefined,
  };
  const post = (message: FromEngine) => {
    posted.push(message);
    if (message.type === "answer" || message.type === "error") waiting.get(message.id)?.(message);
  };
  const engine = new Engine({
    pool: new WorkerPool(
      2,
      inlineWorkers(TASK_CODE, { scratch: "unused", memoryMb: 512, spillBytes: undefined }),
    ),
    scratch: mkdtempSync(join(tmpdir(), "engine-test-")),
    presenter,
    post,
  });
  engines.push(engine);
  const sender = new PlanSender();
  let calls = 0;
  return {
    engine,
    posted,
    rows,
    send: (plans: { rdds?: RddNode[]; streams?: StreamNode[] }) =>
      engine.receive({ type: "plan", parts: sender.parts(plans) }),
    persist: (rdd: string) => engine.receive({ type: "persist", rdd, storage: "MEMORY_ONLY" }),
    forget: (rdds: string[]) => engine.receive({ type: "forget", rdds }),
    call: async <N extends CallName>(name: N, args: EngineCalls[N]["args"]): Promise<FromEngine> => {
      calls += 1;
      const answer = new Promise<FromEngine>((resolve) => waiting.set(calls, resolve));
      engine.receive({ type: "call", id: calls, name, args } as ToEngine);
      return answer;
    },
  };
}

function queueStream(): StreamNode {
  return inputStream({ kind: "queue", oneAtATime: true, otherwise: "empty" }, 1000);
}

function observe(stream: StreamNode, name: string): FlatOutput {
  const take = { limit: 10, largest: false };
  return { id: newNodeId(), kind: "observe", stream: stream.id, name, take, tag: null };
}

const manual: Omit<EngineCalls["start"]["args"], "context" | "outputs"> = {
  batchMs: 1000,
  rememberMs: 0,
  rates: { maxRate: undefined, backpressure: undefined },
  clock: { kind: "manual", startMs: 0 },
  held: [],
  names: [],
  recovery: {
    onFailure: "stop",
    folder: "",
    goesOn: false,
    onChange: "refuse",
    createOnError: false,
    strict: false,
  },
};

test("what waits in a queue outlives the program's own hold of it, until an output joins", async () => {
  const { send, call, forget, rows } = newEngine();
  const [early, late] = [queueStream(), queueStream()];
  const numbers = parallelizeNode([1, 2], 1);
  send({ rdds: [numbers], streams: [early, late] });
  await call("queue", { stream: late.id, items: [numbers.id] });
  forget([numbers.id]);
  await call("start", { context: "c", ...manual, outputs: [observe(early, "early")] });
  await call("advance", { context: "c", by: { ms: 1000 } });
  expect(
    await call("addOutputs", { context: "c", outputs: [observe(late, "late")], inPlaceOf: [], names: [] }),
  ).toMatchObject({
    value: null,
  });
  await call("advance", { context: "c", by: { ms: 1000 } });
  expect(rows).toEqual([
    ["early", 1000, []],
    ["early", 2000, []],
    ["late", 2000, [1, 2]],
  ]);
});

test("an RDD that was let go is persisted to no effect", async () => {
  const { send, call, persist, forget } = newEngine();
  const numbers = parallelizeNode([1, 2], 1);
  send({ rdds: [numbers] });
  forget([numbers.id]);
  persist(numbers.id);
  expect(await call("stored", { rdds: [numbers.id] })).toMatchObject({ type: "answer", value: new Map() });
});

describe("a context that is started while it runs", () => {
  test("runs once: its earlier run ends without a word", async () => {
    const { send, call, rows, posted } = newEngine();
    const stream = queueStream();
    send({ streams: [stream] });
    const start = { context: "c", ...manual };
    await call("start", { ...start, outputs: [observe(stream, "first")] });
    await call("start", { ...start, outputs: [observe(stream, "second")] });
    await call("advance", { context: "c", by: { ms: 1000 } });
    expect(rows.map(([name]) => name)).toEqual(["second"]);
    expect(posted.filter(({ type }) => type === "stopped")).toEqual([]);
  });
});

test("a start by a button that fails is told as a warning: nobody waits for it, and the engine goes on", async () => {
  const { engine, call, send, posted } = newEngine();
  const folder = mkdtempSync(join(tmpdir(), "engine-test-"));
  const stream = queueStream();
  send({ streams: [stream] });
  const recovery = { ...manual.recovery, folder };
  await call("start", { context: "c", ...manual, recovery, outputs: [observe(stream, "o")] });
  await call("stop", { context: "c", how: "now" });
  rmSync(folder, { recursive: true });
  writeFileSync(folder, "no folder any more");
  await engine.contexts.controlContext("start", "c");
  rmSync(folder);
  expect(posted.at(-1)).toMatchObject({
    type: "warning",
    context: "c",
    text: expect.stringMatching(/^the streams were not started again: cannot read the checkpoint folder/),
  });
  expect(await call("status", { context: "c" })).toMatchObject({ value: { state: "STOPPED" } });
});
