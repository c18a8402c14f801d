import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { LIVE_MIME, LIVE_TARGET } from "../../kernel/port/live.js";
import { TABLE_MIME } from "../../kernel/port/table.js";
import { type Exchange, textOf } from "../../kernel/testing/exchange.js";
import type { FrontEnd } from "../../kernel/testing/front-end.js";
import { run, shown, withSender, withStreams } from "../testing/stream-notebook.js";

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
      expect(await shown(client, "%stream start")).toBe(
        "started: a batch every 1 s; outputs: counts.print(), windowed.print(); time moves by %clock advance\n",
      );
      expect(await shown(client, "%clock advance 2s")).toMatch(/^2 s later it is 2000 ms.*: 2 batches\n/);
      expect(await shown(client, "%state counts")).toMatch(
        /^counts: 2 keys of \[string, number\], about \d+ B, after the batch at .*; 2 partitions\n\nall keys\nkey +value\na +2\n<img/,
      );
      expect(await shown(client, "%state windowed")).toMatch(/panes of the window\nuntil +keys\n.* 2\n.* 1$/);
      expect(await shown(client, "%window windowed")).toContain("received: 3 records in 2 batches");
      expect(await shown(client, "%batches 1")).toMatch(
        /^the last 1 batch of 2\n\nbatch +state +records.*\n.*✔ done +1 /,
      );
      expect(await shown(client, "%lag")).toMatch(/^on time: .*\n\ninputs\n.*\npairs +queue/);
      expect(await shown(client, "%explain counts")).toMatch(
        /^counts: 2 steps in 2 stages\. The last batch gave 2 rows\.\n[\s\S]*\n +1 +pairs +input \(queue\)[\s\S]*\n +2 +counts +updateStateByKey +pairs[\s\S]*the worker threads.* 2 +\[string, number\]/,
      );
      expect(await shown(client, "%peek counts 1")).toContain("the clock is manual");
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

describe("hostile keys", () => {
  it.each(["%state counts", "%window windowed", "%peek counts", "%streams"])(
    "of %s are text, never markup",
    (code) =>
      withStreams(async (client) => {
        await run(
          client,
          ...CELLS,
          `counts.print(1, { name: "${HOSTILE}" })`,
          "%stream start",
          "%clock advance 1s",
        );
        const { output } = await client.execute(code).finish();
        const bundles = output.flatMap(({ content }) =>
          content.data === undefined ? [] : [content.data as Record<string, unknown>],
        );
        const html = bundles.map((data) => String(data["text/html"] ?? "")).join("");
        expect(html).toContain("&lt;img src=x onerror=alert(1)&gt;");
        expect(html).not.toContain("<img");
        expect(bundles.some((data) => TABLE_MIME in data || LIVE_MIME in data)).toBe(true);
      }),
  );
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
      await run(client, "const none = ssc.queueStream([]);\nnone.print();", "%stream start");
      expect(await shown(client, "%peek none 1 --wait 1500ms")).toMatch(
        /^none: no row passed in \d batch.*: the input queue/,
      );
    }));
});

describe("%streams", () => {
  /** The next change that a watched display is told of. */
  async function change(
    streams: Exchange,
  ): Promise<{ rows: Record<string, unknown>[]; status: { state: string } }> {
    const { content } = await streams.recv("comm_msg");
    return content.data as Awaited<ReturnType<typeof change>>;
  }

  it("moves while a cell is busy, and its buttons work", () =>
    withSender("to be or not to be", (port) =>
      withStreams(async (client) => {
        await run(
          client,
          "const ssc = new StreamingContext(sc, 100);",
          `const lines = ssc.socketTextStream("localhost", ${port});\nconst perBatch = lines.count();`,
          "perBatch.foreachRDD(() => undefined, { name: 'quiet' });",
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
      await run(client, "%source clicks --port 39817 --rate 200 --seed 7");
      await run(
        client,
        'const clicks = ssc.socketTextStream("localhost", 39817).map(l => JSON.parse(l));\nclicks.print(1);',
        "%stream start",
      );
      expect(await shown(client, "const rows = %peek clicks 1\nObject.keys(rows[0])")).toContain("'product'");
      expect(await shown(client, "%source list")).toMatch(
        /^1 source\n\n.*\nclicks +39817 +200\/s +7 +1 .*synthetic/,
      );
      expect(await shown(client, "%source stop")).toBe("stopped: localhost:39817\n");
    }));

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
