import { EventEmitter } from "node:events";
import { describe, expect, it } from "vitest";
import { ManualClock, settled } from "../testing/manual-clock.js";
import { LANGUAGE_DEADLINE_MS, LANGUAGE_STUCK_MS, LanguageClient } from "./language-client.js";
import { hasId, type WorkerThread } from "./worker-calls.js";

class Worker extends EventEmitter implements WorkerThread {
  readonly told: unknown[] = [];
  ended = false;

  constructor(readonly answer: (id: number) => object | undefined) {
    super();
  }

  postMessage(message: unknown): void {
    this.told.push(message);
    const reply = hasId(message) ? this.answer(message.id) : undefined;
    if (reply !== undefined) this.emit("message", reply);
  }

  async terminate(): Promise<number> {
    this.ended = true;
    this.emit("exit", 1);
    return 1;
  }
}

function executed(language: LanguageClient, code: string): void {
  void language.begin(code, "off");
  language.end(true);
}

const empty = { matches: [], start: 3, end: 3 };
const found = { matches: [{ text: "x", type: "const", signature: "" }], start: 2, end: 3 };

function client(answer: (id: number) => object | undefined) {
  const clock = new ManualClock();
  const logged: string[] = [];
  const workers: Worker[] = [];
  const start = () => {
    workers.push(new Worker(answer));
    return workers.at(-1) ?? new Worker(answer);
  };
  return {
    clock,
    logged,
    workers,
    language: new LanguageClient(start, clock, (_, text) => logged.push(text)),
  };
}

describe("language client", () => {
  it("gives the worker's answer", async () => {
    const { language } = client((id) => ({ id, reply: found }));
    expect(await language.complete("a.x", 3)).toEqual(found);
  });

  it("gives empty answers when there is no worker", async () => {
    const language = new LanguageClient(undefined, new ManualClock(), () => undefined);
    expect(await language.complete("a.x", 3)).toEqual(empty);
    expect(await language.inspect("a.x", 3, 0)).toEqual({ found: false, markdown: "", text: "" });
    expect(await language.isComplete("if (")).toEqual({ status: "unknown" });
  });

  it("gives an empty answer and logs why when the worker cannot be started", async () => {
    const logged: string[] = [];
    const start = () => Promise.reject(new Error("no such file"));
    const language = new LanguageClient(start, new ManualClock(), (_, text) => logged.push(text));
    expect(await language.complete("a.x", 3)).toEqual(empty);
    expect(logged).toEqual(["the language thread cannot be started: no such file"]);
  });

  it("gives an empty answer when the worker reports an error, and logs it", async () => {
    const { language, logged } = client((id) => ({ id, error: "boom" }));
    expect(await language.complete("a.x", 3)).toEqual(empty);
    expect(logged).toEqual(["the language thread could not answer: boom"]);
  });

  it("gives an empty answer when the worker takes too long", async () => {
    const { clock, language } = client((id) => (id === 1 ? { id, reply: found } : undefined));
    await language.complete("a.x", 3);
    const answer = language.complete("a.x", 3);
    await settled();
    await clock.advance(LANGUAGE_DEADLINE_MS);
    expect(await answer).toEqual(empty);
  });

  it("waits longer for a worker that is starting", async () => {
    const { clock, language, workers } = client(() => undefined);
    const answer = language.complete("a.x", 3);
    await settled();
    await clock.advance(LANGUAGE_DEADLINE_MS);
    workers[0]?.emit("message", { id: 1, reply: found });
    expect(await answer).toEqual(found);
  });

  it("gives an empty answer when the worker dies, starts a new one, and tells it all cells that were run", async () => {
    const { language, workers } = client(() => undefined);
    language.warm();
    await settled();
    executed(language, "let a = 1");
    const answer = language.complete("a.x", 3);
    await settled();
    await workers[0]?.terminate();
    expect(await answer).toEqual(empty);
    void language.complete("a.x", 3);
    await settled();
    expect(workers[1]?.told[0]).toEqual({ type: "executed", code: "let a = 1" });
  });

  it("tells each worker once which magics were loaded, and a new one that none are", async () => {
    const { language, workers } = client(() => undefined);
    const magics = [{ name: "a", kinds: ["line" as const], summary: "", help: "", params: [] }];
    language.warm();
    await settled();
    language.loadMagics(magics);
    for (const cursor of [1, 2]) void language.complete("%a", cursor);
    await settled();
    await workers[0]?.terminate();
    void language.complete("%a", 2);
    await settled();
    language.loadMagics([]);
    void language.complete("%a", 2);
    await settled();
    const told = workers.map((worker) => worker.told.filter((message) => !hasId(message)));
    expect(told).toEqual([
      [{ type: "magics", magics }],
      [
        { type: "magics", magics },
        { type: "magics", magics: [] },
      ],
    ]);
  });

  it("tells after a cell what its magics have run", async () => {
    const { language, workers } = client(() => undefined);
    void language.begin("%run a.ts", "off");
    language.ran("let a = 1");
    language.end(true);
    void language.complete("a", 1);
    await settled();
    expect(workers[0]?.told.slice(0, 2)).toEqual([
      { type: "executed", code: "%run a.ts" },
      { type: "executed", code: "let a = 1" },
    ]);
  });

  it("forgets the cells that were run when their variables are gone", async () => {
    const { language, workers } = client(() => undefined);
    executed(language, "let a = 1");
    language.forget();
    executed(language, "let b = 1");
    void language.complete("a", 1);
    await settled();
    expect(workers[0]?.told[0]).toEqual({ type: "executed", code: "let b = 1" });
  });

  it("ends a worker that has left a question without an answer for a minute, and asks a new one from then on", async () => {
    const { clock, language, workers } = client((id) => (id === 2 ? undefined : { id, reply: found }));
    await language.complete("a.x", 3);
    executed(language, "let a = 1");
    const stuck = language.complete("a.x", 3);
    await settled();
    await clock.advance(LANGUAGE_STUCK_MS - 1);
    expect(await stuck).toEqual(empty);
    expect(workers).toMatchObject([{ ended: false }]);
    await clock.advance(1);
    expect(workers).toMatchObject([{ ended: true }]);
    expect(await language.complete("a.x", 3)).toEqual(found);
    expect(workers[1]?.told[0]).toEqual({ type: "executed", code: "let a = 1" });
  });

  it("leaves a worker alone that has died three times", async () => {
    const { language, workers } = client(() => undefined);
    for (let i = 0; i < 5; i++) {
      const answer = language.complete("a.x", 3);
      await settled();
      await workers[i]?.terminate();
      expect(await answer).toEqual(empty);
    }
    expect(workers).toHaveLength(3);
  });

  it("does not start the worker because a cell was run, and tells it once it runs", async () => {
    const { language, workers } = client((id) => ({ id, reply: found }));
    executed(language, "let a = 1");
    await settled();
    expect(workers).toEqual([]);
    await language.complete("a.x", 3);
    expect(workers[0]?.told).toHaveLength(2);
    await language.complete("a.x", 3);
    expect(workers[0]?.told).toHaveLength(3);
  });
});
