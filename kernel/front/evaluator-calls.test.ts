import { expect, it } from "vitest";
import type { HistoryEntry } from "../port/front-calls.js";
import type { Connection } from "../wire/connection.js";
import { EvaluatorCalls } from "./evaluator-calls.js";

const ports = { shell: 1, iopub: 2, stdin: 3, control: 4, hb: 5 };
const connection = { transport: "tcp", ip: "127.0.0.1", ports, key: "secret" } as Connection;
const question = { kind: "history", access: { type: "tail", n: 1 } } as const;

function questions(read: () => Promise<HistoryEntry[]>): EvaluatorCalls {
  return new EvaluatorCalls({ history: { read }, connection, file: undefined });
}

it("a question about the history is answered with its entries", async () => {
  const entries = [{ session: 1, line: 1, input: "1 + 1", output: "2" }];
  const reply = await questions(() => Promise.resolve(entries)).reply(7, question);
  expect(reply).toEqual({ type: "answer", request: 7, answer: entries });
});

it("a question about the connection is answered without the key", async () => {
  const reply = await questions(() => Promise.resolve([])).reply(7, { kind: "connection" });
  expect(reply).toEqual({
    type: "answer",
    request: 7,
    answer: { transport: "tcp", ip: "127.0.0.1", ports, file: undefined },
  });
});

it("a question that fails is refused with the reason, so that no cell waits for its answer", async () => {
  const reply = await questions(() => Promise.reject(new Error("no such disk"))).reply(7, question);
  expect(reply).toEqual({
    type: "answerRefused",
    request: 7,
    reason: "the front cannot answer a question about the history: no such disk",
  });
});
