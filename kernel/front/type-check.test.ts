import { describe, expect, it } from "vitest";
import type { TypeCheckMode, TypeProblem } from "../port/language.js";
import { type Heard, hear, listeningWorker } from "../testing/listening-worker.js";
import { ManualClock, settled } from "../testing/manual-clock.js";
import type { Finished } from "./evaluator.js";
import { LanguageClient } from "./language-client.js";
import { NEXT_CELL_WAIT_MS, REPORT_WAIT_MS, TypeCheck } from "./type-check.js";

const OK: Finished = { compiled: true, outcome: { status: "ok", userExpressions: {}, payload: [] } };
const failed = (compiled: boolean): Finished => ({
  compiled,
  outcome: { status: "error", ename: "E", evalue: "", traceback: [] },
});

const TYPO: TypeProblem = {
  line: 2,
  column: 3,
  length: 5,
  code: 2339,
  message: "Property 'lenth' does not exist.",
};
const UNKNOWN: TypeProblem = { line: 1, column: 1, length: 1, code: 2304, message: "Cannot find name 'x'." };
const CODE = "x;\nx.lenth";
const REPORT = `Cell In[7], line 2, column 3: TS2339 Property 'lenth' does not exist.
  2 | x.lenth
    |   ~~~~~
`;

async function checking(mode: TypeCheckMode, { warm = true } = {}) {
  const clock = new ManualClock();
  const worker = listeningWorker();
  const language = new LanguageClient(
    () => worker,
    clock,
    () => undefined,
  );
  const check = new TypeCheck(language, clock);
  check.mode = mode;
  if (warm) {
    language.warm();
    await settled();
    worker.answer({ status: "complete" });
    await settled();
  }
  const printed: string[] = [];
  const print = (text: string): void => void printed.push(text);
  const begin = (number = 7, silent = false) => check.begin({ code: CODE, number, silent, print });
  return { printed, language, clock, worker, check, begin, heard: (): Heard[] => hear(worker) };
}

describe("with warn", () => {
  it("a cell may run at once, and its errors are printed before it ends", async () => {
    const { worker, begin } = await checking("warn");
    const cell = begin();
    expect(await cell.refusal()).toBeUndefined();
    await settled();
    worker.answer({ problems: [TYPO] });
    expect(await cell.end(OK)).toBe(REPORT);
  });

  it("a cell without errors prints nothing", async () => {
    const { worker, begin } = await checking("warn");
    const cell = begin();
    await settled();
    worker.answer({ problems: [] });
    expect(await cell.end(OK)).toBe("");
  });

  it("errors that are not there in time are told with the next cell, under their own number", async () => {
    const { clock, worker, begin } = await checking("warn");
    const ended = begin().end(OK);
    await clock.advance(REPORT_WAIT_MS);
    expect(await ended).toBe("");
    worker.answer({ problems: [TYPO] });
    await settled();
    const next = begin(8);
    await settled();
    worker.answer({ problems: [] });
    expect(await next.end(OK)).toBe(REPORT);
  });

  it("errors that are not there in time are printed below their own cell when no cell follows", async () => {
    const { clock, worker, begin, printed } = await checking("warn");
    const ended = begin().end(OK);
    await clock.advance(REPORT_WAIT_MS);
    await ended;
    worker.answer({ problems: [TYPO] });
    await settled();
    await clock.advance(NEXT_CELL_WAIT_MS - 1);
    expect(printed).toEqual([]);
    await clock.advance(1);
    expect(printed).toEqual([REPORT]);
    const next = begin(8);
    await settled();
    worker.answer({ problems: [] });
    expect(await next.end(OK)).toBe("");
  });

  it("errors that are not there in time wait for the end of the cell that runs meanwhile", async () => {
    const { clock, worker, begin, printed } = await checking("warn");
    const ended = begin().end(OK);
    await clock.advance(REPORT_WAIT_MS);
    await ended;
    const next = begin(8);
    await settled();
    worker.answer({ problems: [TYPO] }, -2);
    await settled();
    await clock.advance(NEXT_CELL_WAIT_MS);
    expect(printed).toEqual([]);
    worker.answer({ problems: [] });
    expect(await next.end(OK)).toBe(REPORT);
  });

  it("errors of a cell that ran before the worker are printed below it", async () => {
    const { clock, worker, begin, printed, language } = await checking("warn", { warm: false });
    const ended = begin().end(OK);
    await clock.advance(0);
    expect(await ended).toBe("");
    language.warm();
    await settled();
    worker.answer({ problems: [TYPO] }, 0);
    await settled();
    await clock.advance(NEXT_CELL_WAIT_MS);
    expect(printed).toEqual([REPORT]);
  });

  it("no cell waits behind a check that is overdue, nor for a worker that is still starting", async () => {
    const { clock, begin } = await checking("warn");
    const first = begin().end(OK);
    await clock.advance(REPORT_WAIT_MS);
    await first;
    const second = begin(8).end(OK);
    await clock.advance(0);
    expect(await second).toBe("");
    const cold = await checking("warn", { warm: false });
    const ended = cold.begin().end(OK);
    await cold.clock.advance(0);
    expect(await ended).toBe("");
  });

  it("what was late is not told with a silent cell", async () => {
    const { clock, worker, begin } = await checking("warn");
    const late = begin().end(OK);
    await clock.advance(REPORT_WAIT_MS);
    await late;
    worker.answer({ problems: [TYPO] });
    await settled();
    expect(await begin(7, true).end(OK)).toBe("");
    const next = begin(8);
    await settled();
    worker.answer({ problems: [] });
    expect(await next.end(OK)).toBe(REPORT);
  });

  it("a cell that failed is not told again what its error has said", async () => {
    const { worker, begin } = await checking("warn");
    const cell = begin();
    await settled();
    worker.answer({ problems: [UNKNOWN, TYPO] });
    expect(await cell.end(failed(true))).toBe(REPORT);
  });

  it("a silent cell is not checked", async () => {
    const { begin, heard } = await checking("warn");
    begin(7, true);
    await settled();
    expect(heard()).toMatchObject([{ type: "isComplete" }, { type: "begin", check: "off" }]);
  });

  it("a cell that was not compiled takes its declarations back", async () => {
    const { worker, begin, heard } = await checking("warn");
    const cell = begin();
    await settled();
    worker.answer({ problems: [] });
    await cell.end(failed(false));
    expect(heard().at(-1)).toEqual({ type: "end", compiled: false });
  });
});

describe("with strict", () => {
  it("a cell with errors is refused with all of them", async () => {
    const { worker, begin } = await checking("strict");
    const refusal = begin().refusal();
    await settled();
    worker.answer({ problems: [TYPO] });
    expect(await refusal).toEqual({
      ename: "TypeCheckError",
      evalue: "the cell was not run: it has a type error (%typecheck warn runs it all the same)",
      traceback: [expect.stringContaining("TypeCheckError"), ...REPORT.trimEnd().split("\n")],
    });
  });

  it("a cell without errors runs", async () => {
    const { worker, begin } = await checking("strict");
    const refusal = begin().refusal();
    await settled();
    worker.answer({ problems: [] });
    expect(await refusal).toBeUndefined();
  });

  it("a cell that cannot be checked runs, and says that it was not", async () => {
    const { worker, begin, printed } = await checking("strict");
    const refusal = begin().refusal();
    await settled();
    await worker.terminate();
    expect(await refusal).toBeUndefined();
    expect(printed).toEqual([expect.stringMatching(/^the cell was not type-checked/)]);
  });
});

it("with off, nothing is asked and nothing printed, not even what was late", async () => {
  const { clock, worker, check, begin } = await checking("warn");
  const late = begin().end(OK);
  await clock.advance(REPORT_WAIT_MS);
  await late;
  worker.answer({ problems: [TYPO] });
  await settled();
  check.mode = "off";
  expect(await begin(8).end(OK)).toBe("");
});

it("more than ten errors are counted", async () => {
  const { worker, begin } = await checking("warn");
  const cell = begin();
  await settled();
  worker.answer({ problems: Array.from({ length: 12 }, () => TYPO) });
  expect(await cell.end(OK)).toMatch(/~~~~~\nand 2 more type errors\n$/);
});
