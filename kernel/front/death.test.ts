import { describe, expect, it } from "vitest";
import { cannotStart, deathBetweenCells, deathOfCell } from "./death.js";

const exit = (fields: object) => ({ code: null, signal: null, lastWords: "", ...fields });

describe("the words for an evaluator that ended", () => {
  it.each([
    [exit({ code: 7 }), "exit code 7"],
    [exit({ signal: "SIGSEGV" }), "signal SIGSEGV"],
    [
      exit({ signal: "SIGABRT", lastWords: "FATAL ERROR: … JavaScript heap out of memory\n" }),
      "out of memory",
    ],
  ])("%j: %s", (how, words) => {
    expect(deathOfCell(how, undefined)).toMatchObject({
      ename: "EvaluatorDied",
      evalue: expect.stringContaining(words),
    });
    expect(deathBetweenCells(how, undefined)).toContain(words);
  });

  it("say that variables are lost and what to do", () => {
    expect(deathOfCell(exit({ code: 7 }), undefined).evalue).toMatch(
      /variables of earlier cells are lost: run the cells/,
    );
  });

  it("are KeyboardInterrupt when an interrupt ended it", () => {
    expect(deathOfCell(exit({ signal: "SIGKILL" }), "interrupt")).toMatchObject({
      ename: "KeyboardInterrupt",
      evalue: expect.stringContaining("within 2 s"),
    });
  });

  it("quote what an evaluator that cannot start has said last", () => {
    expect(cannotStart(3, exit({ code: 1, lastWords: "Cannot find module\n" })).evalue).toMatch(
      /ended 3 times before it was ready.*exit code 1; restart the kernel.*\nCannot find module$/s,
    );
  });
});
