import { EventEmitter } from "node:events";
import { describe, expect, it } from "vitest";
import { ManualClock, settled } from "../testing/manual-clock.js";
import { RenderClient } from "./render-client.js";
import { hasId, type WorkerThread } from "./worker-calls.js";

const PICTURES = { svg: "<svg/>", png: "", width: 1, height: 1 };

/** Answers when it is told to. */
class Worker extends EventEmitter implements WorkerThread {
  readonly #asked: number[] = [];
  ended = false;

  postMessage(message: unknown): void {
    if (hasId(message)) this.#asked.push(message.id);
  }

  answer(): void {
    for (const id of this.#asked.splice(0)) this.emit("message", { id, ...PICTURES });
  }

  async terminate(): Promise<number> {
    this.ended = true;
    this.emit("exit", 1);
    return 1;
  }
}

function client() {
  const clock = new ManualClock();
  const workers: Worker[] = [];
  const start = () => {
    const worker = new Worker();
    workers.push(worker);
    return worker;
  };
  return { clock, workers, render: new RenderClient(start, clock, () => undefined).render };
}

describe("the render worker as the front sees it", () => {
  it("is not waited for by an output for more than 3 s, and loads on: those that wait longer have their pictures", async () => {
    const { clock, workers, render } = client();
    const waited = [1, 2, 3, 4].map(() => render({}, []));
    const later = render({}, [], true);
    await settled();
    await clock.advance(3_000);
    expect(await Promise.all(waited)).toEqual([undefined, undefined, undefined, undefined]);
    workers[0]?.answer();
    expect(await later).toMatchObject(PICTURES);
    await clock.advance(60_000);
    expect(workers).toMatchObject([{ ended: false }]);
  });

  it("is ended when it has left a question without an answer for 30 s, and started again by the next", async () => {
    const { clock, workers, render } = client();
    const stuck = render({}, []);
    await settled();
    await clock.advance(29_999);
    expect(workers[0]?.ended).toBe(false);
    await clock.advance(1);
    expect([workers[0]?.ended, await stuck]).toEqual([true, undefined]);
    const next = render({}, []);
    await settled();
    workers[1]?.answer();
    expect(await next).toMatchObject(PICTURES);
  });
});
