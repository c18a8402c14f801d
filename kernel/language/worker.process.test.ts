import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { FromLanguage, ToLanguage } from "../port/language.js";
import { type NotebookFolder, notebookFolder } from "./testing/notebook-folder.js";

const ENTRY = new URL("../../dist/language.js", import.meta.url);

let folder: NotebookFolder;
let worker: Worker;
const received: FromLanguage[] = [];

beforeAll(() => {
  folder = notebookFolder();
  worker = new Worker(ENTRY, { workerData: folder.options });
  worker.on("message", (message: FromLanguage) => received.push(message));
});

afterAll(async () => {
  await worker.terminate();
  folder.remove();
});

const send = (message: ToLanguage): void => worker.postMessage(message);

async function replyTo(id: number): Promise<FromLanguage> {
  const answer = received.find((message) => message.id === id);
  if (answer !== undefined) return answer;
  await once(worker, "message");
  return replyTo(id);
}

test("a request sent during warm-up is answered after it", async () => {
  send({ id: 1, type: "complete", code: "ssc.socket", cursor: 10 });
  expect(await replyTo(1)).toEqual({
    id: 1,
    reply: {
      matches: [{ text: "socketTextStream", type: "method", signature: expect.any(String) }],
      start: 4,
      end: 10,
    },
  });
});

test("a cell that was run is visible to the requests behind it", async () => {
  send({ type: "executed", code: "const answer = 42" });
  send({ id: 2, type: "inspect", code: "answer", cursor: 3, detail: 0 });
  expect(await replyTo(2)).toMatchObject({ reply: { found: true, text: "const answer: 42" } });
});

test("code is never run", async () => {
  send({ type: "executed", code: "process.exit(3); while (true) {}" });
  send({ id: 3, type: "isComplete", code: "process.exit(4)" });
  expect(await replyTo(3)).toEqual({ id: 3, reply: { status: "complete" } });
});

test("a request that cannot be answered is an error of one sentence, and the next one is answered", async () => {
  send({ id: 4, type: "complete", code: "(".repeat(20_000), cursor: 1 });
  expect(await replyTo(4)).toEqual({
    id: 4,
    error: expect.stringMatching(/^the language service could not answer complete: /),
  });
  send({ id: 5, type: "complete", code: "answ", cursor: 4 });
  expect(await replyTo(5)).toMatchObject({ reply: { matches: [{ text: "answer" }] } });
});

test("a cell that cannot be read is left out, however deep it is nested, and the cells around it hold", async () => {
  for (const [id, deep] of ["(".repeat(20_000), `const sum = ${"1 + ".repeat(20_000)}1`].entries()) {
    send({ type: "executed", code: `const before${id} = 1` });
    send({ type: "executed", code: deep });
    send({ id: 6 + 3 * id, type: "begin", code: deep, check: "warn", over: true });
    send({ id: 7 + 3 * id, type: "begin", code: "const after = before0 + 1", check: "warn", over: true });
    expect(await replyTo(7 + 3 * id)).toEqual({ id: 7 + 3 * id, reply: { problems: [] } });
    send({ id: 8 + 3 * id, type: "inspect", code: "after", cursor: 3, detail: 0 });
    expect(await replyTo(8 + 3 * id)).toMatchObject({ reply: { text: "const after: number" } });
  }
});
