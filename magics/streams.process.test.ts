import { describe, expect, it } from "vitest";
import { LIVE_MIME, LIVE_TARGET } from "../kernel/port/live.js";
import { type Exchange, textOf } from "../kernel/testing/exchange.js";
import type { FrontEnd } from "../kernel/testing/front-end.js";
import { ended, run, shown, withSender, withStreams } from "./testing/stream-notebook.js";

const COUNTS = `const counts = lines.flatMap(l => l.split(" ")).map(w => [w, 1])
    .reduceByKeyAndWindow((a, b) => a + b, Seconds(30), 100);`;

function wordCount(port: number): string[] {
  return [
    "const ssc = new StreamingContext(sc, 100);",
    `const lines = ssc.socketTextStream("localhost", ${port});`,
    COUNTS,
  ];
}

describe("a word count in cells", () => {
  it("prints each batch under the cell that declared it, also while another cell is busy", () =>
    withSender("to be or not to be", (port) =>
      withStreams(async (client) => {
        const print = await run(client, ...wordCount(port), "counts.print();");
        expect(await shown(client, "%stream start")).toBe(
          "started: a batch every 100 ms; outputs: counts.print()\n",
        );
        await print.recvStreamLike("stdout", /^-{43}\nTime: \d+ ms\n-{43}\n[\s\S]*\[ 'be', \d+ \]/);
        const busy = client.execute("for (;;);");
        await busy.recvStart("for (;;);", 6);
        const times = new Set<string>();
        while (times.size < 10) {
          const text = await print.recvStreamLike("stdout", /Time: (\d+) ms/);
          for (const [, time] of text.matchAll(/Time: (\d+) ms/g)) times.add(time ?? "");
        }
        // Ten batches were printed, and the busy cell has not ended: its idle is yet to come.
        expect(busy.iopub.left).toEqual([]);
        await client.request("control", "interrupt_request", {}).finish();
        await busy.recvError("KeyboardInterrupt", /./);
        await busy.recvErrorReply("KeyboardInterrupt", /./);
        await busy.recvIdle();
      }),
    ));

  it("shows its window, its status and its end", () =>
    withSender("to be", (port) =>
      withStreams(async (client) => {
        await run(client, ...wordCount(port), "counts.print();", "%stream start");
        const window = await shown(client, "%window counts --rows 1");
        expect(window).toMatch(/^counts: \d\d:\d\d:\d\d\S* .*to \d\d:\d\d:\d\d\S* .*\(30 s\), [02] rows/);
        await run(client, "await ssc.awaitBatches(3)");
        expect(await shown(client, "const w = %window counts\nw.rows.map(([word]) => word).sort()")).toBe(
          "[ 'be', 'to' ]",
        );
        expect(await shown(client, "%stream status")).toMatch(
          /● streaming · a batch every 100 ms · \d+ completed[\s\S]*connected[\s\S]*counts\.print\(\) {2}100 ms/,
        );
        await ended(client, "%stream stop", /^stopped after \d+ completed batches\n$/);
        expect(await shown(client, "%stream status")).toMatch(/^◼ stopped · a batch every 100 ms/);
      }),
    ));

  it("stopped gracefully, counts the last batch too", () =>
    withStreams(async (client) => {
      await run(
        client,
        "const q = ssc.queueStream([[1], [2]]); q.foreachRDD(() => new Promise(done => setTimeout(done, 300)))",
        "%stream start",
      );
      const told = /^processed what was received, and stopped after (\d+) completed batch/;
      const [, completed] = told.exec(await ended(client, "%stream stop --graceful", told)) ?? [];
      const status = await shown(client, "%stream status");
      expect(status).toContain(`· ${completed} completed`);
      expect(Number(completed)).toBeGreaterThan(0);
    }));

  it("declared again without its output: the window says whose output there is", () =>
    withSender("a", (port) =>
      withStreams(async (client) => {
        await run(
          client,
          ...wordCount(port),
          "%plot counts",
          "%stream start",
          COUNTS.replace("100)", "200)"),
        );
        const { reply } = await client.execute("%window counts").finish();
        expect(reply.evalue).toBe(
          "`counts` was declared again: the output %plot counts is of the stream that it was before; run the cell of that output again, or %stream redeploy",
        );
      }),
    ));

  it("started twice, says so in the cell and nothing of the process", () =>
    withSender("a", (port) =>
      withStreams(async (client) => {
        await run(client, ...wordCount(port), "counts.print();", "await ssc.start()");
        const again = await client.execute("await ssc.start()").finish();
        expect(textOf(again, "stderr")).toBe("StreamingContext has already been started\n");
      }),
    ));

  it("run again in its cell, prints once a batch and not twice", () =>
    withSender("a", (port) =>
      withStreams(async (client) => {
        await run(client, ...wordCount(port));
        const print = () => client.execute("counts.print();", { cellId: "the-print-cell" });
        const first = print();
        await first.finish();
        await run(client, "%stream start");
        await first.recvStreamLike("stdout", /Time/);
        const second = print();
        await second.finish();
        await second.recvStreamLike("stdout", /Time/);
        const status = await shown(client, "%stream status");
        expect(status.match(/counts\.print\(\)/g)).toHaveLength(1);
      }),
    ));
});

describe("functions on worker threads", () => {
  it("print under the cell whose output or action they run for", () =>
    withSender("hello", (port) =>
      withStreams(async (client) => {
        const loud = `const loud = lines.map(l => { console.log("saw", l); return l; });`;
        await run(client, ...wordCount(port), loud);
        const print = await run(client, "loud.print();");
        await run(client, "%stream start");
        await print.recvStreamLike("stdout", /saw hello\n/);
        const action = await client
          .execute("await sc.parallelize([1, 2], 1).map(x => { console.error(x); return x; }).count()")
          .finish();
        expect(textOf(action, "stderr")).toBe("1\n2\n");
      }),
    ));

  it("end when the cell that waits for them is interrupted; streams and later jobs go on", () =>
    withSender("to be", (port) =>
      withStreams(async (client) => {
        const print = await run(client, ...wordCount(port), "counts.print();");
        await run(client, "%stream start");
        const endless = client.execute(
          "await sc.parallelize([1, 2]).map(x => { while (x > 1); return x; }).collect()",
        );
        await endless.recvBusy();
        await endless.recv("execute_input");
        await client.request("control", "interrupt_request", {}).finish();
        const interruptedMs = Date.now();
        // What it showed of its job, where that had run for more than a second.
        let message = await endless.iopub.take("the error");
        while (LIVE_MIME in Object(message.content.data)) message = await endless.iopub.take("the error");
        expect(message).toMatchObject({ type: "error", content: { ename: "KeyboardInterrupt" } });
        await endless.recvErrorReply("KeyboardInterrupt", /./);
        await endless.recvIdle();
        expect(await shown(client, "await sc.parallelize([1, 2, 3]).map(x => x * 2).collect()")).toBe(
          "[ 2, 4, 6 ]",
        );
        await printedAfter(print, interruptedMs);
      }),
    ));
});

describe("a live plot", () => {
  it("comes with pictures for every front end, and changes over a comm; its stop button works while a cell is busy", () =>
    withSender("to be or not to be", (port) =>
      withStreams(async (client) => {
        // An output that no program has a part in: for one that it has, the engine waits while the cell below is busy.
        const print = await run(client, ...wordCount(port), "counts.print();");
        await run(client, "%stream start");
        await print.recvStreamLike("stdout", /\[ 'be', \d+ \]/);
        await run(client, "await ssc.awaitBatches(1)");
        const plot = client.execute("%plot counts --top 3");
        const data = await picturesOf(plot);
        expect(Object.keys(data).sort()).toEqual([
          LIVE_MIME,
          "application/vnd.vegalite.v5+json",
          "image/png",
          "text/plain",
        ]);
        const { display, rows } = data[LIVE_MIME] as {
          display: string;
          rows: { key: string; value: number }[];
        };
        expect(rows.map(({ key }) => key)).toEqual(expect.arrayContaining(["be", "to"]));

        const busy = client.execute("while (true);");
        const comm = { comm_id: "c", target_name: LIVE_TARGET, data: { display } };
        const opened = client.request("shell", "comm_open", comm);
        await opened.recvBusy();
        const { content } = await opened.recv("comm_msg");
        expect(content.data).toMatchObject({ type: "snapshot", status: { state: "streaming" } });
        await opened.recvIdle();
        expect(await change(plot)).toMatchObject({ mode: "replace", status: { state: "streaming" } });
        client.request("shell", "comm_msg", { comm_id: "c", data: { type: "command", command: "stop" } });
        while ((await change(plot)).status.state !== "stopped");
        await client.request("control", "interrupt_request", {}).finish();
        expect((await busy.finish()).reply.ename).toBe("KeyboardInterrupt");
        // The plot's last picture may come meanwhile.
        const { output } = await client.execute("ssc.getState()").finish();
        const results = output.filter(({ type }) => type === "execute_result");
        expect(results.map(({ content }) => content.data)).toEqual([{ "text/plain": "'STOPPED'" }]);
      }),
    ));
});

/** What a plot shows as soon as it has pictures: on a busy machine they follow the display. */
async function picturesOf(plot: Exchange): Promise<Record<string, unknown>> {
  const { output } = await plot.finish();
  const isPlot = ({ content }: (typeof output)[number]) => LIVE_MIME in Object(content.data);
  let message = output.findLast(isPlot);
  while (!("image/png" in Object(message?.content.data)))
    message = await plot.iopub.take("pictures of the plot");
  return message?.content.data as Record<string, unknown>;
}

describe("a plot of streams that were not started", () => {
  /** The first change of a display that has this in it, written as JSON. */
  async function changeWith(plot: Exchange, text: string): Promise<unknown> {
    const { type, content } = await plot.iopub.take("a change of the plot");
    return type === "comm_msg" && JSON.stringify(content).includes(text)
      ? content.data
      : changeWith(plot, text);
  }

  async function watchedPlot(client: FrontEnd, code: string): Promise<Exchange> {
    const plot = client.execute(code);
    const { output } = await plot.finish();
    const data = output.find(({ type }) => type === "display_data")?.content.data as Record<string, unknown>;
    const { display } = data[LIVE_MIME] as { display: string };
    const comm = { comm_id: display, target_name: LIVE_TARGET, data: { display } };
    const opened = client.request("shell", "comm_open", comm);
    await opened.recvBusy();
    await opened.recv("comm_msg");
    await opened.recvIdle();
    return plot;
  }

  it("is a histogram when many numbers come in a batch, and says what it cannot draw", () =>
    withStreams(async (client) => {
      await run(
        client,
        "const ssc = new StreamingContext(sc, 100);",
        'const lines = ssc.queueStream([["to be", "or not"]]);\nconst lengths = ssc.queueStream([[5, 5, 5]]);',
      );
      const lengths = await watchedPlot(client, "%plot lengths");
      const lines = await watchedPlot(client, "%plot lines");
      await run(client, "%stream start");
      expect(await changeWith(lengths, "snapshot")).toMatchObject({
        spec: { encoding: { x: { field: "from" } } },
        rows: [{ from: 5, until: 6, count: 3 }],
      });
      expect(await changeWith(lines, "map them first")).toMatchObject({
        rows: [],
        status: { state: "waiting", reason: expect.stringContaining("lines has records such as 'to be'") },
      });
    }));
});

describe("what goes wrong is said where it was caused", () => {
  const failures: [what: string, cell: string, error: RegExp][] = [
    [
      "a name that is no stream",
      "%window cuonts",
      /^there is no stream named cuonts; did you mean counts\?$/,
    ],
    ["an unknown magic", "%strem start", /%stream/],
    [
      "an unknown verb",
      "%stream begin",
      /is one of start, stop, restart, status, list, await, recover, redeploy, not "begin"/,
    ],
    [
      "a verb that takes no name",
      "%stream status counts",
      /^%stream: a name is for start, stop, restart, redeploy, await and recover, not for status \(%stream -h shows its use\)$/,
    ],
    [
      "a name that no output has",
      "%stream stop 5s",
      /^there is no output named 5s; no variable holds a stream yet$/,
    ],
    [
      "a verb that takes no flag",
      "%stream start --graceful",
      /--graceful is for stop and restart, not for start/,
    ],
    [
      "a start with nothing to run",
      "%stream start",
      /^there is no output, so there is nothing to run; draw a stream with %plot, or call print\(\) or foreachRDD\(\) on one$/,
    ],
    [
      "a port as text",
      'ssc.socketTextStream("localhost", "9999")',
      /^`port` of `socketTextStream` is a number, not '9999'$/,
    ],
    ["an unknown option", "%plot counts --tpo 5", /--tpo.*--top/],
    [
      "a closure that captures the context",
      "const f = () => ssc;\nlines.map(l => f())",
      /^cell 4, line 2: `\(?l\)? => .*` captures `f`, which captures `ssc`, a StreamingContext, which cannot travel to a worker thread.*foreachRDD/,
    ],
    [
      "a closure that writes a variable",
      "let n = 0;\nlines.map(l => { n += 1; return l; })",
      /captures `n`, and assigns to it.*longAccumulator/,
    ],
    [
      "a closure that shows something",
      "lines.map(l => display(l))",
      /captures `display`, the notebook's `display`, which cannot travel/,
    ],
    [
      "a window of odd length",
      "counts.window(150)",
      /The window duration of windowed DStream \(150 ms\) must be a multiple of the slide duration of parent DStream \(100 ms\); use 100 or 200/,
    ],
    [
      "a window before the start",
      "%window counts",
      /^there is nothing in `counts` to show yet: its context was not started; run %stream start$/,
    ],
  ];
  it.each(failures)("%s", (_what, cell, error) =>
    withStreams(async (client) => {
      await run(client, ...wordCount(9));
      const { reply } = await client.execute(cell).finish();
      expect(reply.status).toBe("error");
      expect(reply.evalue).toMatch(error);
    }),
  );

  it("an exception in a function: the cell, the line and the record, under the cell of the output", () =>
    withSender("fine bad", (port) =>
      withStreams(async (client) => {
        const failing = `const parsed = lines.flatMap(l => l.split(" ")).map(w => {
  if (w === "bad") throw new RangeError("cannot parse " + w);
  return w;
});`;
        await run(client, ...wordCount(port), failing);
        const print = await run(client, "parsed.print();");
        await run(client, "%stream start");
        const text = await failureUnder(print, /then %stream start\.\n/);
        expect(text).toMatch(
          /failed in the output `parsed.print\(\)`: the function of `map` failed on the record 'bad': RangeError: cannot parse bad/,
        );
        expect(text).toMatch(/the batch at \d\d:\d\d:\d\d \(\d+ ms\) failed/);
        expect(text).toMatch(/Cell In\[4\], line 2/);
        expect(text).toContain(
          "The streams have stopped: correct the cell and run it again, then %stream start.",
        );
        expect(await shown(client, "%stream status")).toContain("◼ stopped: the batch at");
      }),
    ));

  it("outputs of streams without a name are told apart by their place", () =>
    withStreams(async (client) => {
      await run(
        client,
        ...wordCount(9),
        "lines.map(l => l).print();\nlines.map(l => l).print();",
        "%stream start",
      );
      const status = await shown(client, "%stream status");
      expect(status).toContain("map.print() of cell 4, line 1");
      expect(status).toContain("map.print() of cell 4, line 2");
    }));

  it("a port where nothing listens: the stream waits, and its status says for what", () =>
    withStreams(async (client) => {
      await run(client, ...wordCount(9), "counts.print();", "%stream start", "await ssc.awaitBatches(5)");
      // Its first attempt may come later than five batches.
      await expect
        .poll(() => shown(client, "%stream status"))
        .toMatch(
          /socket localhost:9 +↻ retrying: localhost:9: nothing listens there \(ECONNREFUSED\); next attempt/,
        );
    }));

  it("a port that is taken: the source says so and how to go on", () =>
    withSender("x", (port) =>
      withStreams(async (client) => {
        const { reply } = await client.execute(`%source words --port ${port}`).finish();
        expect(reply.evalue).toMatch(
          new RegExp(`^port ${port} is taken by another program; give %source another one`),
        );
      }),
    ));
});

/** What a cell writes to stderr, until it matches. Batches before the sender was connected print nothing but their time. */
async function failureUnder(print: Exchange, pattern: RegExp): Promise<string> {
  let text = "";
  while (!pattern.test(text)) {
    const { content } = await print.recv("stream");
    if (content.name === "stderr") text += content.text;
    else expect(content.text).toMatch(/^(-+\nTime: \d+ ms\n-+\n\n)+$/);
  }
  return text;
}

/** Waits for a batch of a later time. */
async function printedAfter(print: Exchange, timeMs: number): Promise<void> {
  const text = await print.recvStreamLike("stdout", /Time: \d+ ms/);
  const times = [...text.matchAll(/Time: (\d+) ms/g)].map(([, time]) => Number(time));
  if (Math.max(...times) <= timeMs) await printedAfter(print, timeMs);
}

/** The next change that clients of a live display are told, under the cell that made it. */
async function change(plot: Exchange): Promise<{ mode: string; status: { state: string } }> {
  const { type, content } = await plot.iopub.take("a change of the plot");
  if (type !== "comm_msg") return change(plot);
  return content.data as { mode: string; status: { state: string } };
}
