import { describe, expect, it } from "vitest";
import type { ToEvaluator } from "../port/evaluator.js";
import type { InspectReply } from "../port/language.js";
import { ManualClock, settled } from "../testing/manual-clock.js";
import { Inspection, PREVIEW_DEADLINE_MS } from "./inspection.js";

const KNOWN: InspectReply = {
  found: true,
  markdown: "`const a: number`",
  text: "const a: number",
  variable: "a",
};

function inspection(reply: InspectReply, idle = true) {
  const clock = new ManualClock();
  const asked: ToEvaluator[] = [];
  const language = { inspect: async () => reply };
  const evaluator = { send: (message: ToEvaluator) => void asked.push(message) };
  return { clock, asked, inspection: new Inspection({ language, evaluator, idle: () => idle, clock }) };
}

describe("inspection of a variable", () => {
  it("adds its value as the evaluator tells it", async () => {
    const { asked, inspection: inspecting } = inspection(KNOWN);
    const reply = inspecting.inspect("a", 0, 0);
    await settled();
    expect(asked).toEqual([{ type: "preview", request: 1, name: "a" }]);
    inspecting.answered(1, "5");
    expect(await reply).toMatchObject({
      found: true,
      text: "const a: number\n\nValue:\n5",
      markdown: expect.stringContaining("````text\n5\n````"),
    });
  });

  it("does without a value that says nothing, or takes too long", async () => {
    const { clock, inspection: inspecting } = inspection(KNOWN);
    const mute = inspecting.inspect("a", 0, 0);
    await settled();
    inspecting.answered(1, undefined);
    expect(await mute).toEqual(KNOWN);
    const late = inspecting.inspect("a", 0, 0);
    await settled();
    await clock.advance(PREVIEW_DEADLINE_MS);
    expect(await late).toEqual(KNOWN);
    inspecting.answered(2, "too late");
  });

  it.each([
    ["while a cell runs", KNOWN, false],
    ["for what is no variable", { ...KNOWN, variable: undefined }, true],
  ])("does not ask the evaluator %s", async (_, { variable, ...known }, idle) => {
    const reply = variable === undefined ? known : { ...known, variable };
    const { asked, inspection: inspecting } = inspection(reply, idle);
    expect(await inspecting.inspect("a", 0, 0)).toEqual(reply);
    expect(asked).toEqual([]);
  });
});
