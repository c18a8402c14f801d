import { beforeEach, describe, expect, test } from "vitest";
import { ChartPictures, hasFonts } from "./chart-picture.js";

const BARS = {
  $schema: "https://vega.github.io/schema/vega-lite/v5.json",
  data: { name: "rows" },
  mark: "bar",
  width: 200,
  height: 100,
  encoding: {
    x: { field: "count", type: "quantitative" },
    y: { field: "word", type: "nominal", sort: "-x" },
  },
};

let pictures: ChartPictures;

beforeEach(() => {
  pictures = new ChartPictures();
});

const labels = (svg: string): string[] =>
  [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text ?? "");

describe("a bar chart", () => {
  test("has the labels of its rows in the svg", async () => {
    const { svg } = await pictures.draw(BARS, [
      { word: "liberty", count: 3 },
      { word: "union", count: 5 },
    ]);
    expect(svg).toMatch(/^<svg /);
    expect(labels(svg)).toEqual(expect.arrayContaining(["liberty", "union", "count", "word"]));
  });

  test("is a png of the size it says", async () => {
    const { svg, png, width, height } = await pictures.draw(BARS, [{ word: "union", count: 5 }]);
    const bytes = Buffer.from(png);
    expect(bytes.subarray(0, 8).toString("latin1")).toBe("\x89PNG\r\n\x1a\n");
    expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([width, height]);
    expect(svg).toContain(`width="${width}" height="${height}"`);
    expect(width).toBeGreaterThan(200);
  });

  test("has as many pixels for each of its own as are wanted", async () => {
    const { png, width, height } = await pictures.draw(BARS, [{ word: "union", count: 5 }], 2);
    const bytes = Buffer.from(png);
    expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([2 * width, 2 * height]);
  });

  test("shows the last rows alone when it is drawn again", async () => {
    await pictures.draw(BARS, [{ word: "liberty", count: 3 }]);
    const { svg } = await pictures.draw(BARS, [{ word: "union", count: 5 }]);
    expect(labels(svg)).toContain("union");
    expect(labels(svg)).not.toContain("liberty");
  });

  test("can be drawn without rows", async () => {
    const { svg } = await pictures.draw(BARS, []);
    expect(labels(svg)).toContain("count");
  });

  test("has a width of its own where the page would give one", async () => {
    const { width } = await pictures.draw({ ...BARS, width: "container" }, []);
    expect(width).toBeGreaterThanOrEqual(600);
  });
});

test("dates written as text are dates, as in a front end", async () => {
  const line = {
    ...BARS,
    mark: "line",
    encoding: { x: { field: "at", type: "temporal" }, y: { field: "n", type: "quantitative" } },
  };
  const { svg } = await pictures.draw(line, [
    { at: "2024-03-01", n: 1 },
    { at: "2024-09-01", n: 2 },
  ]);
  expect(labels(svg).join(" ")).toMatch(/April|Apr/);
});

test("rows that the specification brings itself are drawn", async () => {
  const { svg } = await pictures.draw({ ...BARS, data: { values: [{ word: "own", count: 1 }] } }, []);
  expect(labels(svg)).toContain("own");
});

describe("data is never code", () => {
  const HOSTILE = [
    "<script>x()</script>",
    '"><image href="x"/>',
    "&lt;b&gt; ' onload='x",
    "]]><!--",
    "datum.constructor",
  ];

  test.each(HOSTILE)("%j appears escaped", async (word) => {
    const { svg } = await pictures.draw(BARS, [{ word, count: 1 }]);
    expect(svg).not.toMatch(/<script|<image|<!--/);
    const escaped = word.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
    expect(labels(svg)).toContain(escaped);
  });

  test("an image or a link that rows ask for is left out", async () => {
    const images = {
      ...BARS,
      mark: { type: "image", width: 9, height: 9 },
      encoding: { ...BARS.encoding, url: { field: "url" }, href: { field: "url" } },
    };
    const { svg } = await pictures.draw(images, [{ word: "a", count: 1, url: "file:///etc/hostname" }]);
    expect(svg).toContain("<image");
    expect(svg).not.toMatch(/href="[^"]/);
  });

  test("nothing is loaded from the network or from files", async () => {
    await expect(pictures.draw({ ...BARS, data: { url: "file:///etc/hostname" } }, [])).rejects.toThrow(
      /^the chart cannot be drawn: .*"file:\/\/\/etc\/hostname" is not loaded/,
    );
  });
});

describe("what cannot be drawn is an error of one sentence", () => {
  test.each<[string, Record<string, unknown>, RegExp]>([
    [
      "no chart at all",
      { data: { name: "rows" } },
      /has none of mark, layer, .*, so there is nothing to draw$/,
    ],
    ["an unknown mark", { ...BARS, mark: "pie" }, /^the chart cannot be drawn: [^\n]+$/],
    [
      "a broken expression",
      { ...BARS, transform: [{ calculate: "1 +* 2", as: "x" }] },
      /^the chart cannot be drawn: [^\n]+$/,
    ],
    ["too large", { ...BARS, width: 20_000 }, /pixels; a picture has at most 8192 each way$/],
  ])("%s", async (_, spec, message) => {
    await expect(pictures.draw(spec, [])).rejects.toThrow(message);
    const { svg } = await pictures.draw(BARS, [{ word: "next", count: 1 }]);
    expect(labels(svg)).toContain("next");
  });
});

test("charts asked at once are drawn one after the other", async () => {
  const words = ["a", "b", "c", "d"];
  const drawn = await Promise.all(words.map((word) => pictures.draw(BARS, [{ word, count: 1 }])));
  expect(drawn.map(({ svg }) => labels(svg).filter((label) => words.includes(label)))).toEqual(
    words.map((w) => [w]),
  );
});

test("few compiled charts are kept, however many are drawn", async () => {
  for (let height = 50; height < 80; height++) await pictures.draw({ ...BARS, height }, []);
  expect(pictures.size).toBe(16);
});

test.runIf(hasFonts())("text is visible in the png", async () => {
  const blank = await pictures.draw(
    { ...BARS, config: { text: {}, axis: { labels: false, title: null } } },
    [],
  );
  const lettered = await pictures.draw({ ...BARS, title: "A long title in the picture" }, []);
  expect(lettered.png.length).toBeGreaterThan(blank.png.length + 500);
});
