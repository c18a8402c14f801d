/** Charts where no plugin draws them: in files that were run and saved, in web pages made of them, in a terminal. */

import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { readNotebook } from "./run/notebook-file.js";
import { jupyterPrograms } from "./testing/jupyter-programs.js";

const { console: openConsole, file: fileOf, jupyter, write } = jupyterPrograms();

const CELLS = [
  "const ssc = new StreamingContext(sc, 100);",
  "const ticks = ssc.queueStream(Array.from({ length: 1000 }, (_, i) => [i + 1]));",
  'const pairs = ticks.map((i) => [i % 2 ? "odd" : "even", i]);',
];
const RUN = [
  "%plot pairs --mode append",
  "%dashboard pairs",
  "%stream start",
  "await ssc.awaitBatches(5)",
  "%stream stop",
];

describe("a notebook that was run without a page", () => {
  let file: string;

  beforeAll(async () => {
    file = write(...CELLS, ...RUN);
    const { status, stderr } = await jupyter("execute", "--inplace", file);
    expect(status, stderr).toBe(0);
  });

  test("is stored with the pictures its charts ended as", () => {
    const { cells } = readNotebook(file);
    const [chart, dashboard] = [cells[3], cells[4]].map(
      (cell) => cell?.outputs?.[0]?.data as Record<string, unknown>,
    );
    expect(Object.keys(chart ?? {}).sort()).toEqual([
      "application/vnd.millrace.stream.v1+json",
      "application/vnd.vegalite.v5+json",
      "image/png",
      "text/plain",
    ]);
    expect(chart?.["application/vnd.millrace.stream.v1+json"]).toMatchObject({
      status: { state: "stopped" },
    });
    expect(text(dashboard?.["text/html"]).match(/<img src="data:image\/png;base64,/g)).toHaveLength(3);
  });

  // The default template, and that of slides, have no place for the description of a cell's picture.
  test.each<[string, string[], string, number]>([
    ["a web page", ["html"], "n.html", 3],
    ["a web page as it was", ["html", "--template", "classic"], "n.html", 4],
    ["a bare web page", ["html", "--template", "basic"], "n.html", 4],
    ["slides", ["slides"], "n.slides.html", 3],
  ])(
    "is %s with four pictures, which say what they show, and a table",
    async (_what, to, name, described) => {
      const { status, stderr } = await jupyter("nbconvert", "--to", ...to, file);
      expect(status, stderr).toBe(0);
      const html = readFileSync(fileOf(name), "utf8");
      const images = (html.match(/<img\s[^>]*>/g) ?? []).filter((tag) =>
        tag.includes("data:image/png;base64,"),
      );
      expect(images).toHaveLength(4);
      expect(images.filter((tag) => / alt="[^"]+: [^"]+; stopped"/.test(tag))).toHaveLength(described);
      expect(html).toMatch(/<td[^>]*>%plot pairs<\/td>/);
    },
  );

  // In LaTeX, which has no HTML, the dashboard's charts are what they are in a console.
  test.each([
    ["markdown", "n.md", "![png](n_files/n_3_0.png)", /<img src="data:image\/png;base64,/],
    ["latex", "n.tex", "{n_files/n_3_0.png}", /key +value\n(odd|even) +\d+/],
  ])("is %s that shows the chart from a file, and the dashboard", async (format, name, image, dashboard) => {
    const { status, stderr } = await jupyter("nbconvert", "--to", format, file);
    expect(status, stderr).toBe(0);
    const source = readFileSync(fileOf(name), "utf8");
    expect(source.includes(image), `${image} in ${name}`).toBe(true);
    expect(readFileSync(fileOf("n_files/n_3_0.png")).subarray(1, 4).toString()).toBe("PNG");
    expect(dashboard.test(source), `the dashboard in ${name}`).toBe(true);
  });
});

describe("jupyter console", () => {
  const shows = async (): Promise<void> => {
    const terminal = openConsole("--simple-prompt");
    try {
      const cells = [
        ...CELLS,
        "pairs.foreachRDD(() => {}); await ssc.start(); (await ssc.awaitBatches(3)).outputs.length",
      ];
      for (const [i, code] of cells.entries()) {
        await terminal.shows(new RegExp(`In \\[${i + 1}\\]: `));
        terminal.type(`${code}\r`);
      }
      await terminal.shows(/Out\[4\]: 1/);
      terminal.type("%plot pairs\r");
      // The first batch may come before the chart is shown.
      await terminal.shows(/key +value\s+(odd|even) +\d+\s+(waiting: no batch yet|batch \d)/);
      terminal.type("%plot --metrics\r");
      await terminal.shows(/waiting: no batch yet|batch \d/);
    } finally {
      terminal.kill();
    }
  };
  test("shows a chart as a table and says how its stream is", shows);
});

function text(value: unknown): string {
  return Array.isArray(value) ? value.join("") : String(value);
}
