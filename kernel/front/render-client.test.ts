import { EventEmitter } from "node:events";
import { describe, expect, it } from "vitest";
import { ManualClock, settled } from "../testing/manual-clock.js";
import { RENDER_STUCK_MS, RenderClient } from "./render-client.js";
import { hasId, type WorkerThread } from "./worker-calls.js";

const PICTURES = { png: "", width: 1, height: 1 };

/** Answers when it is told to. */
class Worker extends EventEmitter implements WorkerThread {
  readonly #asked: number[] = [];
  ended = false;

  postMessage(message: unknown): void {
    if (hasId(message)) this.#asked.push(message.id);
  }

  /** The question that waits longest. */
  answerOne(): void {
    this.emit("message", { id: this.#asked.shift(), ...PICTURES });
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
  it("is waited for as long as it draws: one after the other, however many there are", async () => {
    const { clock, workers, render } = client();
    const pictures = [1, 2, 3, 4].map(() => render({}, [], 1));
    await settled();
    for (const picture of pictures) {
      await clock.advance(RENDER_STUCK_MS - 1);
      workers[0]?.answerOne();
      expect(await picture).toMatchObject(PICTURES);
    }
    await clock.advance(10 * RENDER_STUCK_MS);
    expect(workers).toMatchObject([{ ended: false }]);
  });

  it("is ended when it has not answered for a minute, and started again by the next question", async () => {
    const { clock, workers, render } = client();
    const stuck = [render({}, [], 1), render({}, [], 1)];
    await settled();
    await clock.advance(RENDER_STUCK_MS - 1);
    expect(workers[0]?.ended).toBe(false);
    await clock.advance(1);
    expect([workers[0]?.ended, ...(await Promise.all(stuck))]).toEqual([true, undefined, undefined]);
    const next = render({}, [], 1);
    await settled();
    workers[1]?.answerOne();
    expect(await next).toMatchObject(PICTURES);
  });

  it("that dies leaves those without pictures that waited for it", async () => {
    const { workers, render } = client();
    const lost = render({}, [], 1);
    await settled();
    workers[0]?.emit("exit", 1);
    expect(await lost).toBeUndefined();
  });
});
