import { runInThisContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { capture } from "./capture.js";
import { type ClosureHost, PLAIN_PROGRAM } from "./closure-host.js";
import { materialize } from "./materialize.js";
import { StandIns } from "./stand-in.js";
import type { ThreadServices } from "./thread-services.js";

const thread: ThreadServices = {
  standIns: new StandIns(),
  importModule: async (url) => (await import(url)) as Record<string, unknown>,
  loopGuard: {
    flag: new Int32Array(1),
    stop: () => {
      throw new Error("stopped");
    },
  },
};

/** A function as a worker would have it: through structured clone, compiled again. */
async function travel<F extends (...args: never[]) => unknown>(fn: F, host?: ClosureHost): Promise<F> {
  const portable = structuredClone(capture(fn, host));
  return (await materialize(portable, thread)) as unknown as F;
}

function scale(factor: number) {
  const offset = 1;
  const helper = (x: number) => x * factor;
  return (x: number) => helper(x) + offset;
}

describe("a function that travels", () => {
  test("values are frozen when the operator is declared", async () => {
    const limits = { low: 1 };
    const portable = capture((x: number) => x > limits.low);
    limits.low = 100;
    const fn = await materialize(portable, thread);
    expect(fn(50)).toBe(true);
  });

  describe("equal functions with equal captures have the same id, others have not", () => {
    const inc = (x: number) => x + 1;
    const dbl = (x: number) => x * 2;
    const three = (a: typeof inc, b: typeof inc, c: typeof inc) => (x: number) => [a(x), b(x), c(x)];
    const bytes = (value: Uint8Array) => () => value;
    const [memory, other] = [new SharedArrayBuffer(8), new SharedArrayBuffer(8)];
    const held = (value: SharedArrayBuffer) => () => value;
    test.each<[string, (...args: never[]) => unknown, (...args: never[]) => unknown, boolean]>([
      ["the same values", scale(2), scale(2), true],
      ["other values", scale(2), scale(3), false],
      ["the same functions under the same names", three(inc, dbl, inc), three(inc, dbl, inc), true],
      ["the same functions under other names", three(inc, dbl, inc), three(inc, dbl, dbl), false],
      ["a Buffer and an array of the same bytes", bytes(Buffer.of(1)), bytes(Uint8Array.of(1)), false],
      ["arrays of the same bytes", bytes(Uint8Array.of(1)), bytes(Uint8Array.of(1)), true],
      ["the same shared memory", held(memory), held(memory), true],
      ["other shared memory of the same bytes", held(memory), held(other), false],
      [
        "an array in the same shared memory",
        bytes(new Uint8Array(memory)),
        bytes(new Uint8Array(memory)),
        true,
      ],
      ["an array in other shared memory", bytes(new Uint8Array(memory)), bytes(new Uint8Array(other)), false],
      [
        "another part of the same shared memory",
        bytes(new Uint8Array(memory, 0, 4)),
        bytes(new Uint8Array(memory, 4, 4)),
        false,
      ],
    ])("%s", (_name, a, b, equal) => {
      expect(capture(a).id === capture(b).id).toBe(equal);
    });
  });

  test("typed arrays and Buffers are shared by all threads, and frozen when the operator is declared", () => {
    const numbers = Float64Array.of(1, 2);
    const bytes = Buffer.from("hello").subarray(1, 3);
    const nested = { numbers };
    const { captured } = capture(() => [numbers, bytes, nested]).parts[0] ?? { captured: [] };
    numbers[0] = 9;
    bytes[0] = 9;
    const values = captured.map((item) => (item.kind === "value" ? item.value : undefined));
    expect(values).toEqual([
      Float64Array.of(1, 2),
      Uint8Array.of(101, 108),
      { numbers: Float64Array.of(1, 2) },
    ]);
    for (const array of values.slice(0, 2))
      expect((array as Uint8Array).buffer).toBeInstanceOf(SharedArrayBuffer);
    expect((values[2] as typeof nested).numbers).toBe(values[0]);
  });

  test("an imported binding is imported again where it goes", async () => {
    const host: ClosureHost = {
      ...PLAIN_PROGRAM,
      binding: (name) =>
        name === "basename"
          ? { kind: "import", specifier: "node:path", exported: "basename", url: "node:path" }
          : undefined,
    };
    const fn = new Function("return (p) => basename(p)")() as (p: string) => string;
    expect((await travel(fn, host))("/a/b.txt")).toBe("b.txt");
  });

  test("loops keep their guards, which look at the flag of the thread they run in", async () => {
    const guarded = new Function("return (n) => { for (;;) {FLAG[0]&&STOP();} }")() as (n: number) => never;
    const host: ClosureHost = {
      ...PLAIN_PROGRAM,
      sourceOf: (fn) => String(fn).replace("FLAG[0]&&STOP();", " ".repeat(16)),
      loopGuard: { flag: "FLAG", stop: "STOP" },
    };
    const fn = await travel(guarded, host);
    thread.loopGuard.flag[0] = 1;
    expect(() => fn(1)).toThrow("stopped");
    thread.loopGuard.flag[0] = 0;
  });

  test("what throws where it went has a stack that points to where it was written", async () => {
    // A script of its own, since what compiles the tests moves their lines.
    const written = runInThisContext("\n(x) => {\n  return x.y.z;\n}", { filename: "/program/main.js" });
    const fn = await travel(written);
    try {
      fn({} as never);
      expect.unreachable();
    } catch (error) {
      const { relocate } = await import("./inspect-function.js");
      const stack = relocate((error as Error).stack ?? "");
      expect(stack).toMatch(/^TypeError: .*\n +at .*\/program\/main\.js:3:14\b/);
    }
  });
});

const { default: ofModule }: { default: () => unknown } = await import(
  "data:text/javascript,export default () => import.meta.url" as string
);

describe("a refusal", () => {
  const early = () => {
    const fn = () => later;
    capture(fn);
    const later = 1;
    return fn;
  };
  test.each<[string, () => (...args: never[]) => unknown, string, RegExp]>([
    [
      "names what has no value yet",
      early,
      "RT_CLOSURE_UNKNOWN",
      /captures `later`, which has no value yet\. Define it before the operator that uses it/,
    ],
    [
      "names the module's import.meta",
      () => ofModule,
      "RT_CLOSURE_PLACE",
      /captures `import.meta`, which has no meaning .* Put the value it is needed for in a const/,
    ],
  ])("%s", (_name, make, code, sentence) => {
    expect(() => capture(make())).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(sentence) }),
    );
  });

  test("the sentence begins with the place, and names are the user's own", () => {
    const host: ClosureHost = {
      ...PLAIN_PROGRAM,
      place: () => "cell 7",
      displayName: (name) => name.replace("_compiled", ""),
      binding: (name) =>
        name === "display_compiled" ? { kind: "stays", what: "the notebook's display" } : undefined,
    };
    const fn = new Function("return (x) => display_compiled(x)")() as () => unknown;
    expect(() => capture(fn, host)).toThrow(
      /^cell 7: `\(x\) => display\(x\)` captures `display`, the notebook's display, which cannot travel to a worker thread\./,
    );
  });
});
