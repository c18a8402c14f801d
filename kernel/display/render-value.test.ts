import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import type { MimeBundle } from "../port/evaluator.js";
import { DISPLAY_SYMBOL, renderValue } from "./render-value.js";

async function bundle(value: unknown): Promise<MimeBundle> {
  return (await renderValue(value)).data;
}

function nothing(): void {
  // A function to be shown, and a promise that nobody settles.
}

describe("a value is shown as text", () => {
  const circular: { self?: unknown } = {};
  circular.self = circular;
  test.each([
    ["a string", "it's", '"it\'s"'],
    ["a bigint", 12n, "12n"],
    ["a date", new Date(0), "1970-01-01T00:00:00.000Z"],
    ["a Map", new Map([["a", { b: 1 }]]), "Map(1) { 'a' => { b: 1 } }"],
    ["a Set", new Set([1, 2]), "Set(2) { 1, 2 }"],
    ["a typed array", new Float64Array([1, 2.5]), "Float64Array(2) [ 1, 2.5 ]"],
    ["bytes that are no image", Buffer.from("hi"), "<Buffer 68 69>"],
    ["a circular object", circular, "<ref *1> { self: [Circular *1] }"],
    ["a symbol", Symbol("s"), "Symbol(s)"],
    ["an array of numbers", [1, 2], "[ 1, 2 ]"],
    ["an array of holes", new Array(2), "[ <2 empty items> ]"],
    ["a function", nothing, "[Function: nothing]"],
    ["a class", class A extends Map {}, "[class A extends Map]"],
    [
      "an instance",
      new (class A {
        x = 1;
        #y = 2;
        y() {
          return this.#y;
        }
      })(),
      "A { x: 1 }",
    ],
    ["an object without prototype", Object.create(null), "[Object: null prototype] {}"],
    ["an invalid date", new Date(Number.NaN), "Invalid Date"],
    ["a regular expression", /a;/g, "/a;/g"],
    [
      "a settled and a pending promise",
      [Promise.resolve(1), new Promise(nothing)],
      "[ Promise { 1 }, Promise { <pending> } ]",
    ],
    ["search parameters", new URLSearchParams("a=1"), "URLSearchParams { 'a' => '1' }"],
    ["headers", new Headers({ a: "b" }), "Headers { a: 'b' }"],
    ["a weak map", new WeakMap(), "WeakMap { <items unknown> }"],
    ["a buffer without a view, as this Node does it", new ArrayBuffer(2), inspect(new ArrayBuffer(2))],
    [
      "a getter",
      {
        get a() {
          return 1;
        },
      },
      "{ a: [Getter] }",
    ],
  ])("%s", async (_, value, text) => expect(await bundle(value)).toEqual({ "text/plain": text }));
});

describe("no value can throw or hang", () => {
  const trap = (): never => {
    throw new Error("a trap was sprung");
  };
  const hostile = new Proxy(
    { a: 1 },
    { get: trap, has: trap, ownKeys: trap, getPrototypeOf: trap, getOwnPropertyDescriptor: trap },
  );
  test.each([
    [
      "a getter that throws",
      {
        get a() {
          return trap();
        },
      },
    ],
    [
      "a getter among the hooks",
      {
        get toSpec() {
          return trap();
        },
        get $schema() {
          return trap();
        },
      },
    ],
    [
      "a getter of a specification of Vega",
      {
        $schema: "https://vega.github.io/schema/vega-lite/v5.json",
        get mark() {
          return trap();
        },
      },
    ],
    ["a proxy", hostile],
    ["a proxy of an array", new Proxy([{ a: 1 }], { get: trap, ownKeys: trap })],
    ["a proxy as prototype", Object.create(hostile)],
    ["a custom inspection that throws", { [Symbol.for("nodejs.util.inspect.custom")]: trap }],
    ["an error whose stack throws", Object.defineProperty(new Error("e"), "stack", { get: trap })],
    [
      "a revoked proxy",
      (() => {
        const r = Proxy.revocable({}, {});
        r.revoke();
        return r.proxy;
      })(),
    ],
  ])("%s", async (_, value) => {
    expect(typeof (await bundle(value))["text/plain"]).toBe("string");
  });
});

describe("a value whose own code loops is shown without it", () => {
  const loop = (): never => {
    for (;;);
  };
  const inspect = Symbol.for("nodejs.util.inspect.custom");
  test.each([
    [
      "a custom inspection",
      { [inspect]: loop },
      "[a value that cannot be shown: TooSlow: not done after 2 s]",
    ],
    ["traps of a proxy", new Proxy({ a: 1 }, { get: loop, ownKeys: loop, has: loop }), "{ a: 1 }"],
  ])("%s", async (_, value, text) => expect((await bundle(value))["text/plain"]).toEqual(text));

  test("inside a table, of which nothing is left but that", async () => {
    const { "text/html": html, "text/plain": text } = await bundle([{ a: { [inspect]: loop } }]);
    expect([html, text]).toEqual([undefined, "[a value that cannot be shown: TooSlow: not done after 2 s]"]);
  });
});

describe("large values are bounded", () => {
  const nested = (depth: number): unknown =>
    depth === 0 ? 1 : Array.from({ length: 100 }, () => nested(depth - 1));
  test.each<[string, unknown, string?]>([
    ["a long string", "x".repeat(5_000_000)],
    ["a long array", new Array(1_000_000).fill(1)],
    ["arrays in arrays in arrays", nested(3)],
    ["a large typed array", new Uint8Array(10_000_000)],
    ["an object of many keys", Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`k${i}`, i]))],
    ["a bigint of millions of digits", 10n ** 3_000_000n, "digits"],
    ["a large Map", new Map(Array.from({ length: 100_000 }, (_, i) => [i, { i }]))],
  ])("%s", async (_, value, notice = "more") => {
    const { "text/plain": text } = await bundle(value);
    expect(String(text).length).toBeLessThan(110_000);
    expect(String(text)).toContain(notice);
  });
});

describe("a table is made of", () => {
  test("an array of plain objects, with what is missing left empty and all text escaped", async () => {
    const rows = [
      { word: "<b>", n: 1 },
      { word: "a & 'b'", extra: { deep: [1] } },
    ];
    expect((await bundle(rows))["text/html"]).toBe(
      "<table><thead><tr><th></th><th>word</th><th>n</th><th>extra</th></tr></thead><tbody>" +
        "<tr><th>0</th><td>&lt;b&gt;</td><td>1</td><td></td></tr>" +
        "<tr><th>1</th><td>a &amp; &#39;b&#39;</td><td></td><td>{ deep: [Array] }</td></tr>" +
        "</tbody></table><p>2 rows × 3 columns</p>",
    );
  });

  test("the first rows only, and says how many there are", async () => {
    const html = String((await bundle(Array.from({ length: 1_234 }, (_, i) => ({ i }))))["text/html"]);
    expect(html).toContain("<p>1,234 rows × 1 column, the first 50 rows shown</p>");
    expect(html.match(/<tr>/g)).toHaveLength(51);
  });

  test("all rows under their own numbers where nothing is left out, also what has no columns", async () => {
    const rows: unknown[] = Array.from({ length: 104 }, () => ({ n: 1, m: 2 }));
    rows[100] = "<no row>";
    delete rows[101];
    const { data } = await renderValue(rows, { whole: true });
    const html = String(data["text/html"]);
    expect(html).toContain(
      '<tr><th>100</th><td colspan="2">&#39;&lt;no row&gt;&#39;</td></tr><tr><th>101</th><td colspan="2">undefined</td></tr><tr><th>102</th><td>1</td>',
    );
    expect(html.match(/<tr>/g)).toHaveLength(105);
  });

  test.each([
    ["numbers", [1, 2]],
    ["instances of a class", [new Date(0)]],
    ["arrays", [[1], [2]]],
    ["empty objects", [{}]],
    ["nothing", []],
  ])("not of %s", async (_, value) => expect(await bundle(value)).not.toHaveProperty("text/html"));
});

describe("pictures", () => {
  const png = Buffer.from("89504e470d0a1a0a0000", "hex");
  test("bytes of an image are the image", async () => {
    expect(await bundle(png)).toMatchObject({ "image/png": png.toString("base64") });
    expect(await bundle(Buffer.from("ffd8ffe0", "hex"))).toHaveProperty("image/jpeg");
    expect(await bundle(new Uint8Array(Buffer.from("474946383961", "hex")))).toHaveProperty("image/gif");
    expect(await bundle(Buffer.from("RIFF....WEBPVP8 "))).toHaveProperty("image/webp");
    expect(await bundle(new Uint8Array(png).buffer)).toHaveProperty("image/png");
  });

  test.each([
    ["https://vega.github.io/schema/vega-lite/v5.json", "application/vnd.vegalite.v5+json", "vega-lite"],
    ["https://vega.github.io/schema/vega-lite/v6.json", "application/vnd.vegalite.v5+json", "vega-lite"],
    ["https://vega.github.io/schema/vega/v6.json", "application/vnd.vega.v5+json", "vega"],
  ])("a specification of %s is drawn", async (schema, mime, kind) => {
    const spec = { $schema: schema, mark: "bar" };
    const drawn = { mark: "bar", $schema: `https://vega.github.io/schema/${kind}/v5.json` };
    expect((await bundle(spec))[mime]).toEqual(drawn);
    expect((await bundle({ toSpec: () => spec }))[mime]).toEqual(drawn);
  });

  test.each(["<svg xmlns='…'/>", '<?xml version="1.0"?>\n<!-- by hand -->\n<svg >…</svg>'])(
    "bytes of the SVG %s are the image",
    async (svg) => expect(await bundle(Buffer.from(svg))).toMatchObject({ "image/svg+xml": svg }),
  );

  test("text that mentions an SVG is text", async () => {
    expect(await bundle(Buffer.from("see <svg>"))).not.toHaveProperty("image/svg+xml");
    expect(await bundle("<svg/>")).toEqual({ "text/plain": "'<svg/>'" });
  });

  test("another schema is an object like others", async () => {
    expect(Object.keys(await bundle({ $schema: "https://json-schema.org/draft/2020-12/schema" }))).toEqual([
      "text/plain",
    ]);
  });
});

describe("a value's own method decides", () => {
  test.each([
    [
      "Symbol.for('Jupyter.display')",
      { [DISPLAY_SYMBOL]: () => ({ "text/html": "<i>x</i>", "text/plain": "x" }) },
    ],
    ["its promise", { [DISPLAY_SYMBOL]: async () => ({ "text/html": "<i>x</i>", "text/plain": "x" }) }],
    ["_repr_mimebundle_", { _repr_mimebundle_: () => [{ "text/html": "<i>x</i>", "text/plain": "x" }, {}] }],
  ])("%s", async (_, value) =>
    expect(await bundle(value)).toEqual({ "text/html": "<i>x</i>", "text/plain": "x" }),
  );

  test("Python's methods for one type each are all shown", async () => {
    const value = {
      _repr_html_: () => "<i>x</i>",
      _repr_png_: () => new Uint8Array([1, 2]),
      _repr_json_: () => ({ a: 1 }),
    };
    expect(await bundle(value)).toMatchObject({
      "text/html": "<i>x</i>",
      "image/png": "AQI=",
      "application/json": { a: 1 },
      "text/plain": expect.any(String),
    });
  });

  test("bytes in a bundle become base64, and text is added", async () => {
    const value = { [DISPLAY_SYMBOL]: () => ({ "image/png": new Uint8Array([1, 2]) }) };
    expect(await bundle(value)).toMatchObject({
      "image/png": "AQI=",
      "text/plain": expect.stringContaining("Function"),
    });
  });

  test.each([
    [
      "throws",
      () => {
        throw new Error("no");
      },
      "no",
    ],
    ["rejects", () => Promise.reject(new Error("no")), "no"],
    [
      "returns no bundle",
      () => "text",
      'a MIME bundle is an object such as {"text/html": "<b>hi</b>"}, not string',
    ],
    ["returns what is not JSON", () => ({ "application/json": { n: 1n } }), "is not JSON"],
  ])("one that %s is reported beside the value", async (_, method, reason) => {
    expect((await bundle({ [DISPLAY_SYMBOL]: method }))["text/plain"]).toContain(reason);
  });

  test("an interrupt passes through it", () => {
    const interrupt = Object.assign(new Error("stop"), { name: "KeyboardInterrupt" });
    const value = {
      [DISPLAY_SYMBOL]: () => {
        throw interrupt;
      },
    };
    expect(() => renderValue(value)).toThrow(interrupt);
  });

  test("a class is not its instances", async () => {
    class A {
      toSpec() {
        return {};
      }
    }
    expect(await bundle(A.prototype)).toEqual({ "text/plain": "{}" });
  });
});
