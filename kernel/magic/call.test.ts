import { describe, expect, expectTypeOf, test } from "vitest";
import { callMagic, type MagicFunction } from "./call.js";
import { defineMagic } from "./define-magic.js";
import type { MagicHost } from "./magic.js";

const pour = defineMagic({
  name: "pour",
  kinds: ["line"],
  summary: "For this test.",
  params: [
    { kind: "positional", name: "verb", required: true, choices: ["start", "stop"], help: "what to do" },
    { kind: "positional", name: "wait", type: "duration", help: "how long" },
    { kind: "option", name: "top", type: "integer", default: 20, min: 1, help: "how many" },
    { kind: "flag", name: "graceful", help: "to the end" },
  ],
  run: ({ args }) => args,
});
const draw = defineMagic({
  name: "draw",
  kinds: ["line"],
  summary: "For this test.",
  params: [{ kind: "positional", name: "stream", required: true, variableTypes: ["DStream"], help: "which" }],
  run: async ({ args }, host) => host.lookup(args.stream),
});

const stop = defineMagic({
  name: "stop",
  kinds: ["line"],
  summary: "For this test.",
  params: [
    { kind: "positional", name: "streams", rest: true, variableTypes: ["DStream"], help: "which" },
    { kind: "flag", name: "now", help: "at once" },
  ],
  run: ({ args }) => args,
});

const named = new Map<string, unknown>();
const host: MagicHost = {
  cell: "c",
  print: () => undefined,
  write: () => undefined,
  show: () => undefined,
  lookup: (name) => named.get(name),
  variables: () => [],
  magics: [],
  typeCheck: () => undefined,
  runFile: () => Promise.resolve(),
  signal: new AbortController().signal,
  get notebook(): never {
    throw new Error("this test has no notebook");
  },
};
const call = (magic: typeof pour | typeof draw | typeof stop, ...values: unknown[]) =>
  callMagic<unknown>(magic, values, host, undefined, (name, value) => named.set(name, value));

describe("a magic as a function", () => {
  const usual = { verb: "start", top: 20, graceful: false };

  test.each([
    [["start"], usual],
    [["start", { top: 5 }], { ...usual, top: 5 }],
    [["start", 1500, { graceful: true }], { ...usual, wait: 1500, graceful: true }],
    [["start", "10s"], { ...usual, wait: 10_000 }],
  ])("%j", async (values, args) => {
    expect(await call(pour, ...values)).toEqual(args);
  });

  test("gets a variable with its name", async () => {
    const counts = { a: "stream" };
    expect(await call(draw, { counts })).toBe(counts);
  });

  test.each([
    [[], "pour: the value <verb> is missing (what to do)"],
    [["sta"], 'pour: verb is one of start, stop, not "sta"; did you mean start?'],
    [["start", { top: 0 }], "pour: top must be at least 1, not 0"],
    [["start", { topp: 1 }], "pour: there is no option topp; it has top, graceful"],
    [["start", "1s", {}, 1], "pour: 1 value more than it takes"],
  ])("%j is refused", async (values, message) => {
    await expect(call(pour, ...values)).rejects.toThrow(message);
  });

  test.each([
    [[], { streams: [], now: false }],
    [[{ now: true }], { streams: [], now: true }],
    [["10s", { counts: { a: "stream" } }], { streams: ["10s", "counts"], now: false }],
    [[{ a: {} }, { b: {} }, { now: true }], { streams: ["a", "b"], now: true }],
  ])("takes as many values as there are: %j", async (values, args) => {
    expect(await call(stop, ...values)).toEqual(args);
  });

  test("gets the lines of a cell magic by name, and refuses them where there are none", async () => {
    const echo = defineMagic({
      name: "echo",
      kinds: ["cell"],
      summary: "",
      params: [],
      run: ({ body }) => body,
    });
    expect(await callMagic<unknown>(echo, [{ body: "a" }], host, undefined, () => undefined)).toBe("a");
    await expect(call(pour, "start", { body: "a" })).rejects.toThrow("there is no option body");
  });

  test("has the types of its declaration", () => {
    type Stop = MagicFunction<typeof stop>;
    expectTypeOf<[{ counts: object }, "a", { now: true }]>().toExtend<Parameters<Stop>>();
    expectTypeOf<[]>().toExtend<Parameters<Stop>>();
    expectTypeOf<[{ nwo: true }]>().not.toExtend<Parameters<Stop>>();
    type Pour = MagicFunction<typeof pour>;
    expectTypeOf<["start", "10s", { graceful: true }]>().toExtend<Parameters<Pour>>();
    expectTypeOf<["start", { top: 1 }]>().toExtend<Parameters<Pour>>();
    expectTypeOf<["begin"]>().not.toExtend<Parameters<Pour>>();
    expectTypeOf<["start", { topp: 1 }]>().not.toEqualTypeOf<Parameters<Pour>>();
  });
});
