import { describe, expect, it } from "vitest";
import { LIVE_MIME, LIVE_TARGET, type LiveBundle } from "../kernel/port/live.js";
import { withBuiltKernel } from "../kernel/testing/built-kernel.js";
import type { Exchange } from "../kernel/testing/exchange.js";
import type { FrontEnd } from "../kernel/testing/front-end.js";

/** Streams go on while a test ends, so that what is left over is not looked at. */
async function withStreams(test: (client: FrontEnd) => Promise<void>): Promise<void> {
  const done = new Error("done");
  try {
    await withBuiltKernel(async (client) => {
      for (const code of CELLS)
        expect((await client.execute(code).finish()).reply, code).toMatchObject({ status: "ok" });
      await test(client);
      throw done;
    });
  } catch (error) {
    if (error instanceof Error && (error === done || error.cause === done)) return;
    throw error;
  }
}

const CELLS = [
  "const ssc = new StreamingContext(sc, 100);",
  "const ticks = ssc.queueStream(Array.from({ length: 1000 }, (_, i) => [i]));",
  'const pairs = ticks.map((i) => [i % 2 ? "odd" : "even", i]);',
  "const totals = pairs.mapWithState(StateSpec.function((key, value, state) => { state.update((state.getOption() ?? 0) + 1); return value; }));",
];

/** The live displays that a cell shows. */
async function shown(cell: Exchange): Promise<LiveBundle[]> {
  const { output } = await cell.finish();
  return output.flatMap(({ content }) => {
    const bundle = (content.data as Record<string, unknown> | undefined)?.[LIVE_MIME];
    return bundle === undefined ? [] : [bundle as LiveBundle];
  });
}

/** Opens a comm for a display, and waits for a message with this in it. */
async function watch(client: FrontEnd, cell: Exchange, display: string, text: string): Promise<unknown> {
  const comm = { comm_id: display, target_name: LIVE_TARGET, data: { display } };
  const opened = client.request("shell", "comm_open", comm);
  await opened.recvBusy();
  const snapshot = (await opened.recv("comm_msg")).content.data;
  await opened.recvIdle();
  if (JSON.stringify(snapshot).includes(text)) return snapshot;
  for (;;) {
    const { type, content } = await cell.iopub.take("a change of the display");
    if (type === "comm_msg" && JSON.stringify(content).includes(text)) return content.data;
  }
}

describe("%plot", () => {
  it("--metrics draws the input rate, the processing time with the interval, and the scheduling delay", () =>
    withStreams(async (client) => {
      await client
        .execute("pairs.foreachRDD(() => {}); await ssc.start(); await ssc.awaitBatches(2)")
        .finish();
      const cell = client.execute("%plot --metrics");
      const bundles = await shown(cell);
      expect(bundles.map(({ spec }) => spec?.title)).toEqual([
        "input rate (records/s)",
        "processing time (ms)",
        "scheduling delay (ms)",
      ]);
      const [rate, processing, delay] = bundles.map(({ display }) => display);
      expect(await watch(client, cell, rate ?? "", '"ticks"')).toMatchObject({
        rows: expect.arrayContaining([expect.objectContaining({ key: "ticks", value: 10 })]),
      });
      expect(await watch(client, cell, processing ?? "", "batch interval")).toMatchObject({
        rows: expect.arrayContaining([expect.objectContaining({ key: "batch interval", value: 100 })]),
      });
      await watch(client, cell, delay ?? "", "scheduling delay");
    }));

  it("--mode single draws the newest value of a batch alone", () =>
    withStreams(async (client) => {
      const cell = client.execute("%plot pairs --mode single");
      const [bundle] = await shown(cell);
      await client.execute("%stream start").finish();
      const told = await watch(client, cell, bundle?.display ?? "", '"odd"');
      expect(told).toMatchObject({ rows: [{ key: "odd", value: expect.any(Number) }] });
      const seen = client.execute("%plot pairs --mode single");
      expect(await shown(seen)).toMatchObject([
        { spec: { mark: { type: "text" }, encoding: { text: { field: "value" } } }, rows: [{}] },
      ]);
    }));

  it("--color gives each text of a field a colour", () =>
    withStreams(async (client) => {
      await client
        .execute(
          'const trades = ticks.map((i) => ({ size: i, price: 2 * i, side: i % 2 ? "buy" : "sell" }));',
        )
        .finish();
      const color = { encoding: { color: { field: "color", type: "nominal", title: "side" } } };
      const cell = client.execute("%plot trades --mark point --x size --y price --color side");
      const [bundle] = await shown(cell);
      await client.execute("%stream start").finish();
      const told = await watch(client, cell, bundle?.display ?? "", '"buy"');
      expect(told).toMatchObject({
        rows: expect.arrayContaining([expect.objectContaining({ color: "buy" })]),
      });
      await client.execute("await ssc.awaitBatches(1)").finish();
      expect(await shown(client.execute("%plot trades --mark point --color side"))).toMatchObject([
        { spec: color },
      ]);
      expect((await client.execute("%plot trades --mark point --color sied").finish()).reply.evalue).toMatch(
        /^--color sied: the records have no such field that could be drawn; did you mean side/,
      );
    }));

  it("--rate says how many changes a second there are at most, however fast the batches follow", () =>
    withStreams(async (client) => {
      const cell = client.execute("%plot ticks --mark line --rate 2");
      const [bundle] = await shown(cell);
      await client.execute("%stream start").finish();
      await watch(client, cell, bundle?.display ?? "", '"streaming"');
      const sentMs: number[] = [];
      while (sentMs.length < 16) {
        const { type, headerJson } = await cell.iopub.take("a change of the display");
        if (type === "comm_msg") sentMs.push(Date.parse(JSON.parse(headerJson).date));
      }
      const [first = 0] = sentMs;
      // Fifteen times half a second; the rest is for a first one that came late. At the usual rate they are 3750 ms.
      expect((sentMs.at(-1) ?? 0) - first).toBeGreaterThan(4250);
    }));

  it("--state draws all keys of a state", () =>
    withStreams(async (client) => {
      const cell = client.execute("%plot totals --state");
      const [bundle] = await shown(cell);
      await client.execute("%stream start").finish();
      const told = await watch(client, cell, bundle?.display ?? "", '"odd"');
      expect(told).toMatchObject({
        rows: expect.arrayContaining([
          expect.objectContaining({ key: "even" }),
          expect.objectContaining({ key: "odd" }),
        ]),
      });
    }));

  it("as %%plot takes TypeScript that gives a specification, which may use the notebook's variables", () =>
    withStreams(async (client) => {
      const cell = client.execute(
        '%%plot pairs --mode append --window 20rows\nconst height: number = 77;\n(({ stream }) => ({ mark: "point", height, title: stream, encoding: { x: { field: "time", type: "temporal" } } }))',
      );
      expect(await shown(cell)).toMatchObject([
        { spec: { mark: "point", height: 77, title: "pairs", data: { name: "rows" } }, keepRows: 20 },
      ]);
    }));

  it.each([
    [
      "a specification that cannot be drawn",
      '%%plot pairs\n{ "mark": "pie" }',
      /^this specification cannot be drawn: /,
    ],
    [
      "what is no specification",
      "%%plot pairs\n42",
      /^%%plot takes a Vega-Lite specification: an object, .* not number$/,
    ],
    [
      "an option that the specification says itself",
      '%%plot pairs --mark bar\n{ "mark": "bar" }',
      /^%%plot: --mark, --x/,
    ],
    ["no stream", "%plot --mark bar", /^%plot: <stream> is missing/],
    [
      "a window that is none",
      "%plot pairs --window soon",
      /^%plot: --window takes a duration such as 5m, or a number of rows/,
    ],
    [
      "a state that a stream has not",
      "%plot pairs --state",
      /^--state draws what mapWithState and updateStateByKey hold/,
    ],
  ])("says what is wrong with %s", (_what, code, message) =>
    withStreams(async (client) => {
      expect((await client.execute(code).finish()).reply.evalue).toMatch(message);
    }),
  );
});

describe("%dashboard", () => {
  it("shows a chart of each stream, metrics and the table, with fallbacks for every front end", () =>
    withStreams(async (client) => {
      const { output } = await client.execute("%dashboard pairs ticks").finish();
      const data = output.find(({ type }) => type === "display_data")?.content.data as Record<
        string,
        unknown
      >;
      const { tiles = [] } = data[LIVE_MIME] as LiveBundle;
      const titles = tiles.map(({ spec, tables }) => spec?.title ?? tables?.map(({ name }) => name));
      expect(titles).toEqual([
        "pairs",
        "ticks",
        "input rate (records/s)",
        "processing time (ms)",
        ["batches", "inputs", "outputs"],
      ]);
      expect(String(data["text/html"])).toContain("<table>");
      expect(String(data["text/plain"])).toContain("not started; run %stream start");
    }));

  it("without names draws what has outputs; --panel says where to look", () =>
    withStreams(async (client) => {
      await client.execute("pairs.print()").finish();
      const [bundle] = await shown(client.execute("%dashboard"));
      expect(bundle?.tiles?.[0]?.spec).toMatchObject({ title: "pairs" });
      const { output } = await client.execute("%dashboard --panel").finish();
      expect(output[1]?.content.data ?? output[0]?.content.data).toMatchObject({
        "text/plain": expect.stringContaining("The panel Millrace Streams"),
      });
    }));
});
