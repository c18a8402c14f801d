import { describe, expect, it } from "vitest";
import { settled } from "../testing/manual-clock.js";
import { RequestQueue } from "./request-queue.js";

function jobs() {
  const log: string[] = [];
  let finish: () => void = () => undefined;
  const job = (name: string, abortable = true) => ({
    run: async () => void log.push(`run ${name}`),
    ...(abortable ? { abort: async () => void log.push(`abort ${name}`) } : {}),
  });
  const slow = { run: () => new Promise<void>((resolve) => (finish = resolve)) };
  return { log, job, slow, finish: () => finish() };
}

describe("request queue", () => {
  it("runs one job at a time, in order", async () => {
    const { log, job, slow, finish } = jobs();
    const queue = new RequestQueue(() => log.push("idle"));
    queue.push(slow);
    for (const name of ["a", "b"]) queue.push(job(name));
    await settled();
    expect([log, queue.idle]).toEqual([[], false]);
    finish();
    await queue.drained();
    expect([log, queue.idle]).toEqual([["run a", "run b", "idle"], true]);
  });

  it("aborts what waits, but not what cannot be aborted or comes later", async () => {
    const { log, job, slow, finish } = jobs();
    const queue = new RequestQueue();
    queue.push(slow);
    queue.push(job("cell"));
    queue.push(job("comm", false));
    queue.abortWaiting();
    queue.push(job("later"));
    finish();
    await queue.drained();
    expect(log).toEqual(["abort cell", "run comm", "run later"]);
  });
});
