import { describe, expect, it } from "vitest";
import type { CellOutcome, CellRequest, ToEvaluator } from "../port/evaluator.js";
import { ManualClock, settled } from "../testing/manual-clock.js";
import type { Exit } from "./death.js";
import { Evaluator } from "./evaluator.js";
import { INTERRUPT_DEADLINE_MS, LOADING_DEADLINE_MS } from "./interrupt-ladder.js";

const OK: CellOutcome = { status: "ok", userExpressions: {}, payload: [] };
const INTERRUPTED: CellOutcome = {
  status: "error",
  ename: "KeyboardInterrupt",
  evalue: "interrupted",
  traceback: [],
};

function request(cell: string): CellRequest {
  return { cell, executionCount: 1, code: "", silent: false, allowStdin: false, userExpressions: {} };
}

/** An evaluator whose processes do only what the test says. */
function open() {
  const clock = new ManualClock();
  const sent: ToEvaluator["type"][] = [];
  let kills = 0;
  let exit: () => void = () => undefined;
  const evaluator = new Evaluator({
    spawn: (listener) => {
      let end: (how: Exit) => void = () => undefined;
      const ended = new Promise<Exit>((resolve) => {
        end = resolve;
      });
      exit = () => {
        listener.exited();
        end({ code: null, signal: "SIGKILL", lastWords: "" });
      };
      return {
        ended,
        kill: () => void kills++,
        nudge: () => undefined,
        paused: false,
        engineRead: () => undefined,
        rawDrained: () => Promise.resolve(),
        send: ({ type }) => void sent.push(type),
        sendEngine: () => undefined,
      };
    },
    output: { message: () => undefined, engine: () => undefined, raw: () => undefined },
    lost: () => undefined,
    diedIdle: () => undefined,
    afterOutput: (end) => end(),
    init: { cwd: "/" },
    clock,
  });
  evaluator.start();
  return { clock, evaluator, sent, kills: () => kills, exit: () => exit() };
}

describe("an interrupt", () => {
  it("while no cell runs does not end the cell that has begun when it is answered", async () => {
    const { clock, evaluator, kills } = open();
    evaluator.becameReady();
    evaluator.becameListening();
    evaluator.interrupt();
    const ran = evaluator.run(request("healthy"));
    evaluator.interrupted();
    await clock.advance(10 * INTERRUPT_DEADLINE_MS);
    expect(kills()).toBe(0);
    evaluator.finished("healthy", { outcome: OK, compiled: true });
    expect((await ran).outcome).toEqual(OK);
  });

  it("of a cell that does not end after it was answered ends the process", async () => {
    const { clock, evaluator, kills } = open();
    evaluator.becameReady();
    evaluator.becameListening();
    void evaluator.run(request("stuck"));
    evaluator.interrupt();
    evaluator.interrupted();
    await clock.advance(INTERRUPT_DEADLINE_MS);
    expect(kills()).toBe(1);
  });

  it("while the process loads does nothing: it is not ended for being slow", async () => {
    const { clock, evaluator, sent, kills } = open();
    evaluator.interrupt();
    await clock.advance(10 * INTERRUPT_DEADLINE_MS);
    expect([sent, kills()]).toEqual([["init"], 0]);
  });

  it("of a cell that was sent to a process that still loads gives it its time when it has loaded", async () => {
    const { clock, evaluator, sent, kills } = open();
    evaluator.becameReady();
    void evaluator.run(request("first"));
    evaluator.interrupt();
    await clock.advance(5 * INTERRUPT_DEADLINE_MS);
    expect([sent, kills()]).toEqual([["init", "run", "interrupt"], 0]);
    evaluator.becameListening();
    await clock.advance(INTERRUPT_DEADLINE_MS - 1);
    expect(kills()).toBe(0);
    await clock.advance(1);
    expect(kills()).toBe(1);
  });

  it("of a process that never loads ends it at last", async () => {
    const { clock, evaluator, kills } = open();
    evaluator.becameReady();
    void evaluator.run(request("first"));
    evaluator.interrupt();
    await clock.advance(LOADING_DEADLINE_MS);
    expect(kills()).toBe(1);
  });

  it("that ended the process leaves no evaluator that counts as one that cannot start", async () => {
    const { clock, evaluator, exit, kills } = open();
    for (let i = 1; i <= 4; i++) {
      evaluator.becameReady();
      evaluator.becameListening();
      evaluator.interrupt();
      await clock.advance(INTERRUPT_DEADLINE_MS);
      expect(kills()).toBe(i);
      exit();
      await settled();
    }
    expect(evaluator.failed).toBe(false);
    const ran = evaluator.run(request("next"));
    evaluator.becameReady();
    evaluator.becameListening();
    evaluator.finished("next", { outcome: OK, compiled: true });
    expect((await ran).outcome).toEqual(OK);
  });
});

describe("a shutdown", () => {
  it("is the error of the cell that the evaluator interrupts for it", async () => {
    const { evaluator, exit, sent } = open();
    evaluator.becameReady();
    evaluator.becameListening();
    const ran = evaluator.run(request("running"));
    const stopped = evaluator.stop();
    evaluator.finished("running", { outcome: INTERRUPTED, compiled: true });
    expect((await ran).outcome).toMatchObject({ status: "error", ename: "KernelShutdown" });
    exit();
    await stopped;
    expect(sent).toEqual(["init", "run", "shutdown"]);
  });
});
