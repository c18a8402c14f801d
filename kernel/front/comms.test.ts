import { describe, expect, it } from "vitest";
import { type CommEvent, type CommOwner, Comms } from "./comms.js";

const message = (comm: string, target = "t") => ({ comm, target, data: {}, metadata: {}, buffers: [] });
const cause = {
  id: "r",
  requester: { id: "r", headerJson: "{}", identities: [] },
  silent: false,
  allowStdin: false,
};

function owner(log: string[], name: string): CommOwner {
  return { receive: (event: CommEvent, { comm }) => void log.push(`${name} ${event} ${comm}`) };
}

function comms() {
  const log: string[] = [];
  return { log, comms: new Comms(new Map([["live", owner(log, "front")]]), owner(log, "evaluator")) };
}

describe("comms", () => {
  it("go to the front for its own targets and to the evaluator for all others", async () => {
    const { log, comms: all } = comms();
    await all.opened(message("1", "live"), cause);
    await all.opened(message("2", "other"), cause);
    for (const id of ["1", "2"]) await all.message(message(id), cause);
    await all.closed(message("1"), cause);
    expect(log).toEqual([
      "front open 1",
      "evaluator open 2",
      "front msg 1",
      "evaluator msg 2",
      "front close 1",
    ]);
  });

  it("are listed by target or all together, while they are open", async () => {
    const { comms: all } = comms();
    await all.opened(message("1", "a"), cause);
    all.fromEvaluator("open", "2", "b");
    expect([...all.list(undefined)]).toEqual([
      ["1", "a"],
      ["2", "b"],
    ]);
    expect([...all.list("b")]).toEqual([["2", "b"]]);
    await all.closed(message("1"), cause);
    expect(all.fromEvaluator("close", "2", undefined)).toBe(true);
    expect([...all.list(undefined)]).toEqual([]);
  });

  it("ignore messages for a comm that is not open, from both sides", async () => {
    const { log, comms: all } = comms();
    await all.message(message("x"), cause);
    await all.closed(message("x"), cause);
    expect([
      log,
      all.fromEvaluator("msg", "x", undefined),
      all.fromEvaluator("close", "x", undefined),
    ]).toEqual([[], false, false]);
  });

  it("of an evaluator that is gone are forgotten, those of the front stay", async () => {
    const { comms: all } = comms();
    await all.opened(message("1", "live"), cause);
    await all.opened(message("2"), cause);
    all.fromEvaluator("open", "3", "b");
    expect(all.evaluatorLost()).toEqual(["2", "3"]);
    expect([...all.list(undefined).keys()]).toEqual(["1"]);
  });
});
