import { EventEmitter } from "node:events";
import { Socket } from "node:net";
import type { PlatformPath } from "node:path";
import { runInThisContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { capture } from "./capture.js";
import { type ClosureHost, PLAIN_PROGRAM, STAYS_HERE } from "./closure-host.js";
import { materialize, type ThreadServices } from "./materialize.js";
import { StandIns } from "./stand-in.js";

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

function isEven(n: number): boolean {
  return n === 0 || isOdd(n - 1);
}
function isOdd(n: number): boolean {
  return n !== 0 && isEven(n - 1);
}

const rate = 7;
const double = (x: number) => x * 2;
class Base {
  base(x: number) {
    return x + 1;
  }
  static make() {
    return new Derived();
  }
}
class Derived extends Base {
  derived(x: number) {
    return this.base(x) * 10;
  }
}
const twice = (x: number) => new Base().base(double(x));
class Table {
  made = new Derived();
  static rate = rate;
  static doubled = double(rate);
  static through = [1, 2].map((x) => twice(x));
  static key = "k";
  static {
    Table.key += new Derived().derived(1);
  }
}

class Words extends Map<string, number> {}

/** The imports of a module as Node makes them: what compiles the tests makes imports of its own. */
const {
  path,
  basename,
  namespace,
}: { path: PlatformPath; basename: PlatformPath["basename"]; namespace: PlatformPath } = await import(
  'data:text/javascript,import path, { basename } from "node:path"; import * as namespace from "node:path"; export { path, basename, namespace }' as string
).then((module) => ({ ...module }));
class Emitter extends EventEmitter {}
const max = Math.max;

class Point {
  constructor(
    readonly x: number,
    readonly tags: Set<string> = new Set(["p"]),
  ) {}
  get doubled() {
    return this.x * 2;
  }
}
class Circle extends Point {
  next: Circle | undefined;
  radius = double(this.x);
}

class Shouter {
  shout(text: string) {
    return text.toUpperCase();
  }
}

describe("a function travels with what it needs", () => {
  const list = [1, 2, 3];
  const table = new Map([["a", { n: 1 }]]);
  const when = new Date(5);
  const pattern = /b+/g;
  const floats = Float64Array.of(1, 2);
  function* upTo(x: number) {
    for (let i = 1; i <= x; i++) yield i;
    yield list.length;
  }
  const big = 2n ** 70n;
  const points = new Map([["a", [new Point(4)]]]);
  const circle = new Circle(3);
  circle.next = circle;
  const words = new Words([["a", 1]]);
  const buffer = Buffer.from("hello");
  const named = { helper: (x: number) => x + 1 }.helper;
  const object = {
    method(x: number) {
      return x * 2;
    },
  };
  test.each<[string, (x: never) => unknown, unknown, unknown]>([
    ["an arrow without captures", (x: number) => x + 1, 1, 2],
    ["a function expression", ((x: number) => x + 1) as never, 1, 2],
    ["a method", object.method as never, 4, 8],
    ["factory scopes, and functions in them", scale(3) as never, 2, 7],
    ["a captured array", (i: number) => list[i], 1, 2],
    ["a Map of objects", (key: string) => table.get(key)?.n, "a", 1],
    ["a Date", (x: number) => when.getTime() + x, 1, 6],
    ["a RegExp", (x: string) => x.replace(pattern, ""), "abbc", "ac"],
    ["a typed array", (i: number) => floats[i], 1, 2],
    ["a Buffer, still a Buffer", (x: string) => buffer.toString("utf8") + x, "!", "hello!"],
    [
      "a bigint, and a Set in a Map",
      () => [big, new Map([[1, new Set([big])]]).get(1)?.has(big)],
      0,
      [2n ** 70n, true],
    ],
    [
      "instances of a class, inside other values",
      (x: string) => points.get(x)?.map((p) => [p.doubled, p.tags.has("p")]),
      "a",
      [[8, true]],
    ],
    [
      "an instance of a class that extends another, in a circle",
      () => [circle.next?.next?.doubled, circle.radius, circle instanceof Point],
      0,
      [6, 6, true],
    ],
    ["an instance of a class that extends Map", () => [words.get("a"), words instanceof Words], 0, [1, true]],
    ["a generator", (x: number) => [...upTo(x)], 2, [1, 2, 3]],
    ["a function of a module of Node's", (x: string) => basename(x), "/a/b", "b"],
    ["one that is used itself", basename as never, "/a/b", "b"],
    ["a whole module of Node's", (x: string) => path.basename(x) + namespace.sep, "/a/b", "b/"],
    ["a class that extends one of Node's", () => new Emitter().emit("nothing"), 0, false],
    ["a function of the language by another name", (x: number) => max(x, 3), 1, 3],
    ["a function of the language itself", Number as never, "7", 7],
    ["a named function", (x: number) => named(x), 1, 2],
    ["functions that refer to each other", (n: number) => isEven(n), 10, true],
    ["a class, by its source", (x: string) => new Shouter().shout(x), "a", "A"],
    ["a class that extends another", (x: number) => new Derived().derived(x), 1, 20],
    ["a class that refers to the class that extends it", () => Base.make().derived(1), 0, 20],
    ["a class that extends one of the language", (x: string) => new Words([["a", 1]]).get(x), "a", 1],
    [
      "a class whose static fields and blocks are computed from what it captures",
      () => [Table.rate, Table.doubled, Table.through, Table.key],
      0,
      [7, 14, [3, 5], "k20"],
    ],
    ["default arguments that refer outward", (x: number, y = list.length) => x + y, 1, 4],
    ["names of Node and the language", (x: string) => Buffer.from(x).length + Math.max(1, 2), "ab", 4],
    ["braces and backticks in text", (x: string) => `}{ ${x} // ${"}"}`, "a", "}{ a // }"],
    [
      "shadowed names",
      (x: number) => {
        const list = x;
        return list;
      },
      5,
      5,
    ],
  ])("%s", async (_name, fn, argument, result) => {
    expect((await travel(fn))(argument as never)).toEqual(result);
  });

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
    test.each<[string, (...args: never[]) => unknown, (...args: never[]) => unknown, boolean]>([
      ["the same values", scale(2), scale(2), true],
      ["other values", scale(2), scale(3), false],
      ["the same functions under the same names", three(inc, dbl, inc), three(inc, dbl, inc), true],
      ["the same functions under other names", three(inc, dbl, inc), three(inc, dbl, dbl), false],
      ["a Buffer and an array of the same bytes", bytes(Buffer.of(1)), bytes(Uint8Array.of(1)), false],
    ])("%s", (_name, a, b, equal) => {
      expect(capture(a).id === capture(b).id).toBe(equal);
    });
  });

  test("typed arrays and Buffers are shared by all threads, and frozen when the operator is declared", () => {
    const numbers = Float64Array.of(1, 2);
    const bytes = Buffer.from("hello").subarray(1, 3);
    const { captured } = capture(() => [numbers, bytes]).parts[0] ?? { captured: [] };
    numbers[0] = 9;
    bytes[0] = 9;
    expect(captured).toMatchObject([
      { name: "numbers", kind: "value", value: Float64Array.of(1, 2) },
      { name: "bytes", kind: "buffer", bytes: Uint8Array.of(101, 108) },
    ]);
    for (const item of captured) {
      const array = item.kind === "value" ? item.value : item.kind === "buffer" ? item.bytes : undefined;
      expect((array as Uint8Array).buffer).toBeInstanceOf(SharedArrayBuffer);
    }
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

describe("what cannot travel is refused where it is declared, with the chain and the ways out", () => {
  const ssc = { [STAYS_HERE]: "a StreamingContext" };
  const helper = (x: number) => [x, ssc];
  let total = 0;
  const config = { parse: (x: string) => x };
  const socket = new Socket();
  class Hidden {
    #key = 1;
    key() {
      return this.#key;
    }
  }
  const secret = { inner: new (class Secret extends Hidden {})() };
  const guarded = {
    get now(): number {
      throw new Error("the getter was run");
    },
  };
  const orphan: object = Object.create({ a: 1 });
  const native = [1].map.bind([1]);
  const refusals: [string, () => (...args: never[]) => unknown, string, RegExp][] = [
    [
      "a context",
      () => () => ssc,
      "RT_CLOSURE_STAYS",
      /`\(\) => ssc` captures `ssc`, a StreamingContext, which cannot travel/,
    ],
    [
      "a context behind a helper",
      () => (x: number) => helper(x),
      "RT_CLOSURE_STAYS",
      /captures `helper`, which captures `ssc`, a Strea/,
    ],
    [
      "an assignment",
      () => (x: number) => {
        total += x;
      },
      "RT_CLOSURE_WRITE",
      /captures `total`, and assigns to it.*longAccumulator.*foreachRDD/,
    ],
    [
      "a function in an object",
      () => (x: string) => config.parse(x),
      "RT_CLOSURE_STAYS",
      /captures `config`, which captures `parse`, a function inside/,
    ],
    [
      "an instance of a class of Node's",
      () => () => socket,
      "RT_CLOSURE_STAYS",
      /captures `socket`, an instance of Socket, which cannot/,
    ],
    [
      "an instance with private fields",
      () => () => secret,
      "RT_CLOSURE_STAYS",
      /captures `secret`, which captures `inner`, an instance of Secret, which has private fields, which cannot/,
    ],
    [
      "a getter, which is not run",
      () => () => guarded,
      "RT_CLOSURE_STAYS",
      /captures `guarded`, which captures `now`, a property with a getter, which is not run, which cannot/,
    ],
    [
      "an object without a class",
      () => () => orphan,
      "RT_CLOSURE_STAYS",
      /captures `orphan`, an object without a class that made it, which cannot/,
    ],
    ["a bound function", () => native, "RT_CLOSURE_NATIVE", /has no source that could travel/],
    [
      "an unknown name",
      () => new Function("return () => nowhere")(),
      "RT_CLOSURE_UNKNOWN",
      /captures `nowhere`, which is not defined/,
    ],
    [
      "a name that has no value yet",
      () => {
        const early = () => later;
        capture(early);
        const later = 1;
        return early;
      },
      "RT_CLOSURE_UNKNOWN",
      /captures `later`, which has no value yet\. Define it before the operator that uses it/,
    ],
    [
      "a module loaded by import()",
      () => new Function("return async (x) => (await import('node:os')).cpus()[x]")(),
      "RT_CLOSURE_PLACE",
      /captures `import\(\)`, which has no meaning .* Import the module by an import statement/,
    ],
    [
      "the module's import.meta",
      () => ofModule,
      "RT_CLOSURE_PLACE",
      /captures `import.meta`, which has no meaning .* Put the value it is needed for in a const/,
    ],
    [
      "the place's own arguments",
      () =>
        (() =>
          function () {
            // biome-ignore lint/complexity/noArguments: this is what is refused
            return () => arguments.length;
          }.call(1))() as never,
      "RT_CLOSURE_PLACE",
      /captures `arguments`, which has no meaning/,
    ],
    [
      "the place's own this",
      () =>
        (() =>
          function (this: unknown) {
            return () => this;
          }.call(1))() as never,
      "RT_CLOSURE_PLACE",
      /captures `this`, which has no meaning/,
    ],
  ];
  test.each(refusals)("%s", (_name, make, code, sentence) => {
    expect(() => capture(make())).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(sentence) }),
    );
    expect(total).toBe(0);
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
