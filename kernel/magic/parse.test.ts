import { describe, expect, test } from "vitest";
import type { Param } from "./magic.js";
import { asksForHelp, MagicUsageError, parseMagicArgs } from "./parse.js";

const PARAMS = [
  { kind: "positional", name: "action", help: "what to do", choices: ["start", "stop"], required: true },
  { kind: "positional", name: "names", help: "streams", rest: true },
  { kind: "option", name: "rate", help: "records a second", type: "integer", default: 10, min: 1, max: 100 },
  { kind: "option", name: "window", help: "length", type: "duration", min: 0 },
  { kind: "option", name: "scale", help: "factor", type: "number" },
  { kind: "option", name: "title", help: "text" },
  { kind: "flag", name: "graceful", help: "finishes the batch" },
] as const satisfies Param[];

const DEFAULTS = { names: [], rate: 10, graceful: false };

describe("arguments are read by the parameters a magic declares", () => {
  test.each([
    ["start", { action: "start" }],
    ["start a b", { action: "start", names: ["a", "b"] }],
    ["start --rate 5", { action: "start", rate: 5 }],
    ["start --rate=5 a", { action: "start", rate: 5, names: ["a"] }],
    ["--graceful stop", { action: "stop", graceful: true }],
    ["start --window 10s", { action: "start", window: 10_000 }],
    ["start --window 500ms", { action: "start", window: 500 }],
    ["start --window 5m", { action: "start", window: 300_000 }],
    ['start --window "10 seconds"', { action: "start", window: 10_000 }],
    ["start --window 1500", { action: "start", window: 1_500 }],
    ["start --window '1.5 minutes'", { action: "start", window: 90_000 }],
    ["start --scale -1.5e3", { action: "start", scale: -1_500 }],
    ['start --title "two words"', { action: "start", title: "two words" }],
    ["start --title='it said \"x\"'", { action: "start", title: 'it said "x"' }],
    ['start --title "a \\" b"', { action: "start", title: 'a " b' }],
    ["start --title C:\\data", { action: "start", title: "C:\\data" }],
    ["start -- --rate", { action: "start", names: ["--rate"] }],
    ['start "--rate"', { action: "start", names: ["--rate"] }],
    ["start -5", { action: "start", names: ["-5"] }],
    ["start it's", { action: "start", names: ["it's"] }],
  ])("%s", (line, expected) => {
    const args = parseMagicArgs("stream", line, PARAMS);
    expect(args).toEqual({ ...DEFAULTS, ...expected });
  });
});

const REST = [
  { kind: "option", name: "loops", short: "n", help: "how often", type: "integer" },
  { kind: "flag", name: "quiet", short: "q", help: "says nothing" },
  { kind: "positional", name: "code", type: "code", help: "what to run" },
] as const satisfies Param[];

describe("a value that is the rest of the line is taken as it stands", () => {
  test.each([
    ["f(a,  'b') // c", { code: "f(a,  'b') // c" }],
    ["-n 5 f()", { loops: 5, code: "f()" }],
    ["-n5 -q f() --quiet", { loops: 5, quiet: true, code: "f() --quiet" }],
    ["--loops=5 it's `open", { loops: 5, code: "it's `open" }],
    ["-q f()", { quiet: true, code: "f()" }],
    ["-- -n", { code: "-n" }],
    ["'-n'.length", { code: "'-n'.length" }],
    ["", {}],
  ])("%s", (line, expected) =>
    expect(parseMagicArgs("timeit", line, REST)).toEqual({
      loops: undefined,
      quiet: false,
      code: undefined,
      ...expected,
    }),
  );

  test("also what looks like an option, where the magic has none", () =>
    expect(
      parseMagicArgs("sh", "-x --y", [{ kind: "positional", name: "c", type: "line", help: "" }]),
    ).toEqual({
      c: "-x --y",
    }));

  test("or hands on whatever follows", () => {
    const file = { kind: "positional", name: "file", help: "" } as const;
    const args = { kind: "positional", name: "args", rest: true, help: "" } as const;
    expect(parseMagicArgs("run", "a.ts --limit 10 -x", [file, args])).toEqual({
      file: "a.ts",
      args: ["--limit", "10", "-x"],
    });
  });

  test("and -h in it asks for no help", () => {
    expect(asksForHelp("ls -h", REST)).toBe(false);
    expect(asksForHelp(" --help", REST)).toBe(true);
  });
});

describe("what is written wrongly is one sentence with the value, the parameter and the way out", () => {
  test.each([
    ["", "<action> is missing: one of start, stop"],
    ["sart", '<action> is one of start, stop, not "sart"; did you mean start?'],
    ["start --rate", "--rate needs a value"],
    ["start --rate --graceful", "--rate needs a value"],
    ["start --rate many", '--rate takes a whole number, not "many"'],
    ["start --rate 1.5", '--rate takes a whole number, not "1.5"'],
    ["start --rate 0", "--rate must be between 1 and 100, not 0"],
    ["start --window -1s", "--window must be at least 0, not -1s"],
    ["start --window soon", '--window takes a duration such as 500ms, 10s, 5m or "10 seconds", not "soon"'],
    ["start --scale x", '--scale takes a number, not "x"'],
    [
      "start --scale 2; const a = 1",
      '--scale takes a number, not "2;"; a magic takes its whole line, so code goes on the next one',
    ],
    ["start --graceful=yes", '--graceful is a flag and takes no value, not "yes"'],
    ["start --raet 5", "there is no option --raet; did you mean --rate?"],
    ["start --xyzzy 5", "there is no option --xyzzy, only --rate, --window, --scale, --title, --graceful"],
    ["--action start", "action is given by its place, without --action: what to do"],
    ["start -r 5", "there is no option -r, only --rate, --window, --scale, --title, --graceful"],
    ['start "open', 'the quote " in "\\"open" is not closed'],
  ])("%s", (line, message) => {
    expect(() => parseMagicArgs("stream", line, PARAMS)).toThrow(
      new MagicUsageError(`%stream: ${message} (%stream -h shows its use)`),
    );
  });

  test("values beyond the declared ones", () => {
    const one: Param[] = [{ kind: "positional", name: "a", help: "" }];
    expect(() => parseMagicArgs("m", "1 2", one)).toThrow('takes at most 1 value, so "2" is one too many');
    expect(() => parseMagicArgs("m", "1", [])).toThrow('takes no values, so "1" means nothing');
  });
});

describe("help is asked for", () => {
  test.each([
    ["-h", true],
    ["start --help", true],
    ["start --hello", false],
    ['--title "-h"', false],
  ])("%s: %s", (line, expected) => expect(asksForHelp(line, PARAMS)).toBe(expected));
});
