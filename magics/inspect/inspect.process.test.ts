import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { LIVE_MIME, LIVE_TARGET } from "../../kernel/port/live.js";
import { TABLE_MIME } from "../../kernel/port/table.js";
import { type Exchange, textOf } from "../../kernel/testing/exchange.js";
import type { FrontEnd } from "../../kernel/testing/front-end.js";
import { freePort } from "../../kernelspec/process/free-port.js";
import { ended, run, shown, withSender, withStreams } from "../testing/stream-notebook.js";

const HOSTILE = "<img src=x onerror=alert(1)>";

/** Two streams with a state and a window over a queue, in virtual time. */
const CELLS = [
  "%clock manual",
  `const pairs = ssc.queueStream([[["a", 1], ["${HOSTILE}", 1]], [["a", 1]]]);
   const counts = pairs.updateStateByKey((values, before) => (before ?? 0) + values.length);
   const windowed = pairs.reduceByKeyAndWindow((a, b) => a + b, Seconds(2), Seconds(1));`,
  "counts.print(); windowed.print();",
];

async function error(client: FrontEnd, code: string): Promise<unknown> {
  return (await client.execute(code).finish()).reply.evalue;
}

describe("virtual time", () => {
  it("moves by %clock advance, batch by batch; every magic of inspection shows what is there then", () =>
    withStreams(async (client) => {
      await run(client, ...CELLS);
      expect(await error(client, "%state counts")).toBe(
        "there is no state of `counts` to show: the streams were not started; run %stream start",
      );
      expect(await error(client, "%stream await 1s")).toBe(
        "there is nothing to wait for: the streams were not started; run %stream start",
      );
      expect(await shown(client, "%explain counts")).toMatch(
        /It gives nothing: the streams were not started; run %stream start\.\n/,
      );
      expect(await shown(client, "%stream start")).toBe(
        "started: a batch every 1 s; outputs: counts.print(), windowed.print(); time moves by %clock advance\n",
      );
      expect(await shown(client, "%clock advance 2s")).toMatch(/^2 s later it is 2000 ms.*: 2 batches\n/);
      expect(await shown(client, "%state counts")).toMatch(
        /^counts: 2 keys of \[string, number\], about \d+ B, after the batch at .*; \d+ partitions?\n\nall keys\nkey +value\na +2\n<img/,
      );
      expect(await shown(client, "%state windowed")).toMatch(/panes of the window\nuntil +keys\n.* 2\n.* 1$/);
      expect(await shown(client, "%window windowed")).toContain("received: 3 records in 2 batches");
      expect(await shown(client, "%batches 1")).toMatch(
        /^the last 1 batch of 2\n\nbatch +state +records.*\n.*✔ done +1 /,
      );
      expect(await shown(client, "%lag")).toMatch(/^on time: .*\n\ninputs\n.*\npairs +queue/);
      expect(await shown(client, "%explain counts")).toMatch(
        /^counts: 2 steps in 2 stages\. The last batch gave 2 rows\.\n[\s\S]*\n +1 +pairs +input \(queue\)[\s\S]*\n +2 +counts +updateStateByKey +pairs +2 +\[string, number\].*the worker threads/,
      );
      expect(await shown(client, "%peek counts 1")).toContain("the clock is manual");
      expect(await shown(client, "%stream status")).toMatch(/\npairs +queue +● connected/);
      expect(await shown(client, "%stream await 10ms")).toBe("false");
      await run(client, "const fewer = windowed.filter(() => true);", "%stream stop");
      expect(await shown(client, "%stream await 60s")).toBe("true");
      expect(await shown(client, "%explain fewer")).toMatch(
        /It gives nothing: the streams are stopped; %stream start starts them again\.\n/,
      );
      expect(await shown(client, "%window windowed")).toMatch(
        /^windowed: .* \(2 s\), 2 rows of \[string, number\]; the streams have stopped since: this is the last window\n\nreceived: 3 records in 2 batches[\s\S]*\nkey +value\na +2\n/,
      );
      expect(await shown(client, "%state counts")).toMatch(
        /^counts: 2 keys of \[string, number\], .*; the streams have stopped since: this is what it held last\n\nall keys\nkey +value\na +2\n<img/,
      );
      expect(await shown(client, "%state counts --key a")).toMatch(/held last\n\nkey +value\na +2$/);
      expect(await shown(client, "%state counts --key b")).toContain("there is no key b");
      expect(await shown(client, "%state windowed --top 1")).toMatch(/panes of the window\nuntil +keys\n/);
      expect(await error(client, "%window fewer")).toMatch(
        /^nothing of `fewer` is left: the streams are stopped/,
      );
      expect(await error(client, "%window windowed --at -1s")).toMatch(
        /%window windowed shows the last one$/,
      );
    }));

  it("may move over more batches than are remembered", () =>
    withStreams(async (client) => {
      await run(
        client,
        "%clock manual",
        "const none = ssc.queueStream([]);\nnone.foreachRDD(() => undefined);",
        "%stream start",
      );
      expect(await shown(client, "%clock advance 1100s")).toMatch(/: 1,100 batches\n\nthe last 20\n/);
    }));

  it("gives values to code", () =>
    withStreams(async (client) => {
      await run(client, ...CELLS, "%stream start", "%clock advance 2s");
      expect(
        await shown(client, "const rows = %state counts --top 1\nrows.map(({ key, value }) => [key, value])"),
      ).toBe("[ [ 'a', 2 ] ]");
      expect(await shown(client, "const [last] = %batches 1\nlast.records")).toBe("1");
      expect(await shown(client, "const w = %window windowed\nw.count")).toBe("2");
      expect(
        await shown(client, "const steps = %explain windowed\nsteps.map(({ operator }) => operator)"),
      ).toBe("[ 'input (queue)', 'reduceByKeyAndWindow' ]");
      expect(await shown(client, "const { inputs } = %lag\ninputs[0].input")).toBe("'pairs'");
      await ended(
        client,
        "%stream restart",
        /^stopped after 2 completed batches\nstarted: a batch every 1 s; outputs: counts\.print\(\), windowed\.print\(\); time moves by %clock advance\n$/,
      );
      await ended(client, "%stream stop", /^stopped after 0 completed batches\n$/);
      expect(await shown(client, "%clock system")).toBe("the streams go by the system's clock");
    }));

  it("shows a window as it was, as far back as the context remembers", () =>
    withStreams(async (client) => {
      await run(
        client,
        "%clock manual",
        "ssc.remember(Minutes(1))",
        ...CELLS.slice(1),
        "%stream start",
        "%clock advance 3s",
      );
      expect(await shown(client, "%window windowed --at 1000")).toMatch(/^windowed: .*, 2 rows/);
      expect(await error(client, "%window windowed --at soon")).toMatch(/^"soon" is no time: write 14:03:21/);
    }));
});

/** What a cell shows as HTML; each display has a form that the plugin can sort. */
async function html(client: FrontEnd, code: string): Promise<string> {
  const { output } = await client.execute(code).finish();
  const bundles = output.flatMap(({ content }) =>
    content.data === undefined ? [] : [content.data as Record<string, unknown>],
  );
  for (const data of bundles) expect(TABLE_MIME in data || LIVE_MIME in data, code).toBe(true);
  return bundles.map((data) => String(data["text/html"] ?? "")).join("");
}

describe("hostile keys, names and errors", () => {
  const MAGICS = [
    "%state counts",
    "%window windowed",
    "%peek counts",
    "%streams",
    "%batches",
    "%explain counts",
    "%stream status",
    "%stream list",
    "%whos",
    "%%DataFrame\nhostile",
  ];

  it("are text, never markup, in whatever shows them", () =>
    withStreams(async (client) => {
      await run(
        client,
        ...CELLS,
        `counts.print(1, { name: "${HOSTILE}" });\nconst hostile = ["${HOSTILE}"];`,
        "%stream start",
        "%clock advance 1s",
      );
      for (const code of MAGICS) {
        const shown = await html(client, code);
        expect(shown, code).toContain("&lt;img src=x onerror=alert(1)&gt;");
        expect(shown, code).not.toContain("<img");
      }
    }));

  it("of a batch that failed are so too", () =>
    withStreams(async (client) => {
      await run(
        client,
        "%clock manual",
        `const texts = ssc.queueStream([["${HOSTILE}"]]).map(t => { throw new Error("no " + t); });\ntexts.print();`,
        "%stream start",
        "%clock advance 1s",
      );
      for (const code of ["%batches", "%stream status", "%streams"]) {
        const shown = await html(client, code);
        expect(shown, code).toContain("no &lt;img src=x onerror=alert(1)&gt;");
        expect(shown, code).not.toContain("<img");
      }
    }));
});

describe("a state that is mostly on disk", () => {
  /** Workers keep 200 kB of it in memory. */
  const declare = (state: string) => [
    `const small = new SparkContext({ workers: 2, stateBytes: 200_000 });
     const ssc = new StreamingContext(small, Seconds(1), { clock: "manual" });
     const held = ${state};
     held.count().foreachRDD(() => undefined);`,
    "%stream start",
    "%clock advance 1s",
  ];
  /** A stop that takes longer than a second lets its cell end before. */
  const stopped = ["%stream stop", "%stream await"];

  it("is shown after a stop as it was before, the greatest of it", () =>
    withStreams(async (client) => {
      await run(
        client,
        ...declare(`ssc.queueStream([small.range(0, 40_000, 1, 2).map((n): [string, number] => [\`key \${n}\`, n])])
          .updateStateByKey((values: number[], before?: number) => values[0] ?? before)`),
      );
      const ofIt =
        /^held: 40,000 keys of \[string, number\], about .*, [\d.]+ MiB on disk, after the batch at /;
      expect(await shown(client, "%state held --top 1")).toMatch(ofIt);
      await run(client, ...stopped);
      // On a busy machine the stop does not wait for what it has begun to read.
      await expect.poll(() => error(client, "%state held")).toBeUndefined();
      const after = await shown(client, "%state held --top 1");
      expect(after).toMatch(ofIt);
      expect(after).toMatch(
        /this is what it held last\n\n1 key of 40,000: .*\nkey +value\nkey 39999 +39,999$/,
      );
      expect(await shown(client, '%state held --key "key 5"')).toContain(
        "is not among those that were kept at the stop, the greatest numbers; %state sees all while the streams run",
      );
    }));

  it("of which there is too much to be read by a stop says how much there was, and what to do", () =>
    withStreams(async (client) => {
      await run(
        client,
        ...declare(`ssc.queueStream([small.range(0, 1_200, 1, 2).map((n): [number, string] => [n, "".padEnd(65_536, String(n))])])
          .updateStateByKey((values: string[], before?: string) => values[0] ?? before)`),
        ...stopped,
      );
      expect(await error(client, "%state held")).toMatch(
        /^`held` held 1,200 keys after the batch at .*, [\d.]+ MiB of them on disk, which was too much for the stop to read: use %state while the streams run, or %checkpoint FOLDER before they start/,
      );
    }));
});

describe("single outputs", () => {
  it("are stopped and started by their names, while the others go on; names that are near are told", () =>
    withStreams(async (client) => {
      await run(client, ...CELLS, "%stream start");
      expect(await shown(client, "%stream stop counts")).toBe(
        "stopped: counts.print(); windowed.print() goes on\n",
      );
      expect(await shown(client, "%stream list")).toMatch(
        /counts\.print\(\) .*◼ stopped[\s\S]*windowed\.print\(\) .*● streaming/,
      );
      expect(await shown(client, "%stream start counts")).toBe("started: counts.print()\n");
      expect(await error(client, "%stream stop cuonts")).toBe(
        "there is no output named cuonts; did you mean counts?",
      );
      expect(await error(client, "%stream stop pairs")).toBe(
        "`pairs` has no output; pairs.print() or %plot pairs gives it one",
      );
    }));

  it("started alone leave the others for later", () =>
    withStreams(async (client) => {
      await run(client, ...CELLS);
      expect(await shown(client, "%stream start windowed")).toContain("outputs: windowed.print();");
      expect(await shown(client, "%stream start")).toBe("started: counts.print()\n");
    }));

  it("read a stream that was declared again after %stream redeploy, which goes on with its state", () =>
    withStreams(async (client) => {
      await run(client, ...CELLS, "%stream start", "%clock advance 2s");
      await run(client, "const counts = pairs.updateStateByKey((values, before) => (before ?? 0) + 10);");
      expect(await shown(client, "%stream redeploy")).toBe(
        "counts.print(): from the next batch on of the streams as they are declared now; states go on where they fit\n",
      );
      expect(await shown(client, "%stream redeploy")).toBe(
        "every output reads the stream that its variable holds\n",
      );
      await run(client, "%clock advance 1s");
      expect(await shown(client, "const rows = %state counts --key a\nrows[0].value")).toBe("12");
      expect(await shown(client, "%streams")).toMatch(/counts\.print\(\) +● streaming .* 2 +0$/m);
    }));
});

describe("a batch that failed", () => {
  it("is shown with the function, the record and the error", () =>
    withStreams(async (client) => {
      await run(
        client,
        "%clock manual",
        'const texts = ssc.queueStream([["1"], ["<b>x"]]);\nconst parsed = texts.map(t => JSON.parse(t));',
        "parsed.print();",
        "%stream start",
        "%clock advance 2s",
      );
      const text = await shown(client, "%batches");
      expect(text).toMatch(/^the last 2 batches of 1, 1 failed\n/);
      expect(text).toMatch(
        /what failed\nbatch +output +function of +record +error\n.*parsed\.print\(\) +map +'<b>x' +SyntaxError/,
      );
      expect(await error(client, "%peek parsed")).toMatch(
        /^no rows of `parsed` pass: the streams stopped: the batch at/,
      );
      expect(await error(client, "%window parsed")).toMatch(
        /^nothing of `parsed` is left: the streams failed, and what they held went with them: the batch at/,
      );
    }));
});

describe("a stop that takes long", () => {
  /** A stream whose body says that it was called, and goes on until it is let go. */
  const held = (name: string) => [
    `let begun${name}, release${name};
     const hasBegun${name} = new Promise(resolve => { begun${name} = resolve; });
     const isReleased${name} = new Promise(resolve => { release${name} = resolve; });
     const ${name} = ssc.queueStream([[1]]);
     ${name}.foreachRDD(() => { begun${name}(); return isReleased${name}; });`,
    "%stream start",
    `await hasBegun${name}`,
  ];

  it("does not hold the cell: it says so, and the cell tells when it is over; --now ends it at once", () =>
    withStreams(async (client) => {
      await run(client, "const ssc = new StreamingContext(sc, 100);", ...held("One"));
      const stopping = client.execute("%stream stop");
      expect(textOf(await stopping.finish(), "stdout")).toMatch(
        /^stopping after the batch that is being run; this cell says/,
      );
      expect(await shown(client, "ssc.getState()")).toBe("'ACTIVE'");
      await run(client, "releaseOne()");
      await stopping.recvStreamLike("stdout", /stopped after \d+ completed batch/);
      await run(client, ...held("Two"));
      expect(await shown(client, "%stream stop --now")).toMatch(/^stopped at once after/);
    }));
});

describe("what passes", () => {
  it("is shown by %peek, of a stream without an output too; a function that fails does not end the streams", () =>
    withSender("to be", (port) =>
      withStreams(async (client) => {
        await run(
          client,
          "const ssc = new StreamingContext(sc, 100);",
          `const lines = ssc.socketTextStream("localhost", ${port});\nlines.count().print();`,
          "const words = lines.flatMap(l => l.split(' '));\nconst broken = lines.map(l => l.length.nothing.here);",
          "%stream start",
        );
        expect(await shown(client, "const rows = %peek words 4\nrows")).toContain("to");
        expect(await error(client, "%peek broken 1")).toMatch(
          /^the function of `map` failed on the record 'to be': TypeError/,
        );
        expect(await shown(client, "ssc.getState()")).toBe("'ACTIVE'");
      }),
    ));

  it("may be nothing: then %peek says why", () =>
    withStreams(async (client) => {
      await run(
        client,
        "const ssc = new StreamingContext(sc, 100);",
        "const none = ssc.queueStream([]);\nnone.print();",
        "%stream start",
        "await ssc.awaitBatches(1)", // before the first one there is another reason
      );
      expect(await shown(client, "%peek none 1 --wait 1500ms")).toMatch(
        /^none: no row passed in \d+ batch.*: the input queue/,
      );
    }));
});

describe("%streams", () => {
  /** The next change that a watched display is told of. */
  async function change(
    streams: Exchange,
  ): Promise<{ rows: Record<string, unknown>[]; status: { state: string } }> {
    const { type, content } = await streams.iopub.take("a change of %streams");
    // Pictures of it were refreshed until somebody watched.
    return type === "comm_msg" ? (content.data as Awaited<ReturnType<typeof change>>) : change(streams);
  }

  it("moves while a cell is busy, and its buttons work", () =>
    withSender("to be or not to be", (port) =>
      withStreams(async (client) => {
        await run(
          client,
          "const ssc = new StreamingContext(sc, 100);",
          `const lines = ssc.socketTextStream("localhost", ${port});\nconst perBatch = lines.count();`,
          // Not one that the program has a part in: for that the engine waits while the cell below is busy.
          "perBatch.print(1, { name: 'quiet' });",
          "%stream start",
        );
        const streams = client.execute("%streams");
        const { output } = await streams.finish();
        const data = output.find(({ content }) => content.data)?.content.data as Record<string, unknown>;
        const { display, rows } = data[LIVE_MIME] as { display: string; rows: Record<string, unknown>[] };
        expect(String(data["text/plain"])).toMatch(/inputs\n.*\nlines +socket localhost:/);
        expect(String(data["text/html"])).toContain("<table>");
        const busy = client.execute("while (true);");
        const opened = client.request("shell", "comm_open", {
          comm_id: "c",
          target_name: LIVE_TARGET,
          data: { display },
        });
        await opened.recvBusy();
        expect((await opened.recv("comm_msg")).content.data).toMatchObject({
          type: "snapshot",
          tables: [{ name: "batches" }, { name: "inputs" }, { name: "outputs" }],
        });
        await opened.recvIdle();
        const first = await change(streams);
        expect(first.rows.find(({ table }) => table === "inputs")).toMatchObject({
          input: "lines",
          rate: expect.any(Number),
        });
        const button = rows.find(({ table }) => table === "outputs")?.button as { command: string };
        const press = (command: string) =>
          client.request("shell", "comm_msg", { comm_id: "c", data: { type: "command", command } });
        const stateOf = ({ rows }: { rows: Record<string, unknown>[] }) =>
          rows.find(({ table }) => table === "outputs")?.state;
        press(button.command);
        while (stateOf(await change(streams)) !== "stopped");
        press("stop");
        while ((await change(streams)).status.state !== "stopped");
        await client.request("control", "interrupt_request", {}).finish();
        expect((await busy.finish()).reply.ename).toBe("KeyboardInterrupt");
        expect(await shown(client, "ssc.getState()")).toBe("'STOPPED'");
        expect(await shown(client, "%stream list")).toContain("quiet");
      }),
    ));
});

describe("a checkpoint", () => {
  it("is read by %stream recover in a later kernel, which says what the start will do, and goes on", async () => {
    const folder = mkdtempSync(join(tmpdir(), "millrace-recover-"));
    const cells = [
      "%clock manual",
      `const pairs = ssc.queueStream([[["a", 1]], [["a", 1]]]);
       const counts = pairs.updateStateByKey((values, before) => (before ?? 0) + values.length);`,
      "counts.print();",
    ];
    try {
      await withStreams(async (client) => {
        await run(client, ...cells);
        expect(await shown(client, `%checkpoint ${folder}`)).toContain(
          `are written to ${folder} from the start on`,
        );
        await run(client, "%stream start", "%clock advance 2s");
        expect(await shown(client, "%checkpoint")).toMatch(
          /batches of 1000 ms are done up to [\s\S]*states\nstate +operator[\s\S]*\ncounts +updateStateByKey .*goes on[\s\S]*inputs\n[\s\S]*pairs +are run on the same records/,
        );
      });
      await withStreams(async (client) => {
        expect(await shown(client, `%stream recover ${folder}`)).toMatch(
          /what %stream start will do\n.*\n1 +first run the cells that declare the streams.*\n2 +load 1 state as after the batch at .*\n3 +run no batch again/,
        );
        await run(client, ...cells);
        expect(await shown(client, `%stream recover ${folder}`)).toContain("goes on");
        // Two of the batches before, and what the new queue gives to this one.
        await run(client, "%stream start", "%clock advance 1s");
        expect(
          await shown(client, "const rows = %state counts\nrows.map(({ key, value }) => [key, value])"),
        ).toBe("[ [ 'a', 3 ] ]");
        expect(await error(client, `%stream recover ${join(folder, "nowhere")}`)).toContain(
          "the streams run already",
        );
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("a demonstration source", () => {
  it("sends clicks as records, is listed with who reads from it, and is stopped", () =>
    withStreams(async (client) => {
      const port = await freePort();
      await run(client, `%source clicks --port ${port} --rate 200 --seed 7`);
      await run(
        client,
        `const clicks = ssc.socketTextStream("localhost", ${port}).map(l => JSON.parse(l));\nclicks.print(1);`,
        "%stream start",
      );
      expect(await shown(client, "const rows = %peek clicks 1\nObject.keys(rows[0])")).toContain("'product'");
      expect(await shown(client, "%source list")).toMatch(
        new RegExp(`^1 source\\n\\n.*\\nclicks +${port} +200/s +7 +1 .*synthetic`),
      );
      expect(await shown(client, "%source stop")).toBe(`stopped: localhost:${port}\n`);
    }));

  it.each([
    ["sensors", ".map(l => JSON.parse(l).sensor)", /s[1-8]/, 100, "readings of 8 temperature sensors"],
    [
      "log",
      "",
      /2026-01-01T00:0\d:\d\d\.\d{3}Z \w+ (GET|POST) \/\w+ (200|404|500) \d+ms/,
      500,
      "a log of requests to five services",
    ],
  ] as const)("sends %s at the usual rate", (kind, read, record, rate, what) =>
    withStreams(async (client) => {
      const port = await freePort();
      expect(await shown(client, `%source ${kind} --port ${port}`)).toMatch(
        new RegExp(
          `^localhost:${port} sends ${rate} lines a second to each client: ${what}.*\\(synthetic\\), seed 1\n$`,
        ),
      );
      await run(
        client,
        `const sent = ssc.socketTextStream("localhost", ${port})${read};\nsent.print(1);`,
        "%stream start",
      );
      expect(await shown(client, "const rows = %peek sent 1\nrows[0]")).toMatch(record);
      expect(await shown(client, "%source list")).toMatch(
        new RegExp(`^1 source\\n\\n.*\\n${kind} +${port} +${rate}/s +1 +1 .*synthetic`),
      );
      expect(await shown(client, `%source stop --port ${port}`)).toBe(`stopped: localhost:${port}\n`);
      expect(await shown(client, "%source list")).toMatch(/^0 sources/);
    }),
  );

  it("of the past is a stream of its records", () =>
    withStreams(async (client) => {
      await run(
        client,
        "%clock manual",
        "const quakes = %replay earthquakes --speed 3600",
        "quakes.print(1);",
      );
      await run(client, "%stream start", "%clock advance 1s");
      expect(await shown(client, "const rows = %peek quakes 1\nrows[0].magnitude")).toBe("0.31");
    }));
});
