import { describe, expect, test } from "vitest";
import { defineMagic } from "./define-magic.js";
import { magicHelp, magicList } from "./help.js";
import { editDistance, nearestNames } from "./nearest.js";
import { MagicRegistry } from "./registry.js";

const plot = defineMagic({
  name: "plot",
  kinds: ["line", "cell"],
  summary: "Draws a stream.",
  params: [
    { kind: "positional", name: "stream", help: "what to draw", required: true },
    { kind: "option", name: "mark", help: "shape", choices: ["bar", "line"], default: "bar" },
    { kind: "option", name: "window", help: "how much of the past", type: "duration" },
    { kind: "option", name: "top", help: "largest groups only", type: "integer", min: 1 },
    { kind: "option", name: "x", help: "title of the axis", default: "" },
    { kind: "flag", name: "log", help: "logarithmic scale" },
  ],
  examples: ["%plot counts --top 20"],
  run: ({ args }) => {
    const typed: { stream: string; mark: "bar" | "line"; window: number | undefined; log: boolean } = args;
    return typed;
  },
});
const list = defineMagic({
  name: "LsMagic",
  kinds: ["line"],
  summary: "Lists.",
  params: [],
  run: () => undefined,
});

describe("a registry", () => {
  const registry = new MagicRegistry([plot, list]);
  test("finds magics whatever the case of their letters", () => expect(registry.find("PLOT")).toBe(plot));
  test("knows how they may be written", () => expect(registry.kindsOf("lsmagic")).toEqual(["line"]));
  test("knows near names", () => expect(registry.nearest("polt")).toEqual(["plot"]));
  test("lists them by name", () => expect(registry.all()).toEqual([list, plot]));
  test("refuses two of one name", () =>
    expect(() => new MagicRegistry([plot, { ...plot, name: "Plot" }])).toThrow("two magics named %Plot"));
});

test("help is derived from the declaration", () => {
  expect(magicHelp(plot)).toBe(`Draws a stream.

Usage:
  %plot <stream> [--mark <bar|line>] [--window <window>] [--top <top>]
    [--x <x>] [--log]
  %%plot <stream> [--mark <bar|line>] [--window <window>] [--top <top>]
    [--x <x>] [--log]

Values:
  stream  what to draw; required

Options:
  --mark    shape; one of bar, line; default bar
  --window  how much of the past; a duration (500ms, 10s, 5m)
  --top     largest groups only; at least 1
  --x       title of the axis
  --log     logarithmic scale

Examples:
  %plot counts --top 20
`);
  expect(magicList([list, plot])).toBe(`%LsMagic       Lists.
%plot, %%plot  Draws a stream.
`);
});

test("help is no wider than a terminal, whose lines begin below what they go on with", () => {
  const wide = {
    ...list,
    summary: "Lists what there is, and says of each of them in a sentence or two what it is good for.",
    params: [{ kind: "flag", name: "all", help: `${"more and ".repeat(9)}more` }] as const,
  };
  expect(magicHelp(wide)).toBe(`Lists what there is, and says of each of them in a sentence or two what it is
good for.

Usage:
  %LsMagic [--all]

Options:
  --all  more and more and more and more and more and more and more and more and
         more and more
`);
  expect(magicList([wide])).toBe(`%LsMagic  Lists what there is, and says of each of them in a sentence or two
          what it is good for.
`);
});

test.each([
  ["kitten", "sitting", 3],
  ["polt", "plot", 1],
  ["", "abc", 3],
  ["same", "same", 0],
])("the distance of %j and %j is %i", (a, b, distance) => expect(editDistance(a, b)).toBe(distance));

test("near names are few, the nearest first", () => {
  expect(nearestNames("conts", ["counts", "count", "lines", "consts", "contsx"])).toEqual(
    ["consts", "contsx", "counts"].sort(),
  );
  expect(nearestNames("zzz", ["counts"])).toEqual([]);
  expect(nearestNames("lsm", ["lsmagic"])).toEqual(["lsmagic"]);
});
