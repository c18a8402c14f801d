import { afterEach, describe, expect, test } from "vitest";
import type { FromEngine } from "../../kernel/port/live.js";
import { SparkContext } from "../../runtime/context/spark-context.js";
import { StreamingContext } from "../../runtime/context/streaming-context.js";
import type { Standing } from "../../runtime/engine/contexts.js";
import { ManualClock } from "../../runtime/time/clock.js";
import { StreamsDisplays, streamsCommand } from "./streams-displays.js";
import { SHOWN_BATCHES, streamsPicture } from "./streams-tables.js";

const contexts: StreamingContext[] = [];
afterEach(async () => {
  for (const ssc of contexts.splice(0)) await ssc.stop(true);
});

function newContext(): StreamingContext {
  const ssc = new StreamingContext(new SparkContext({ workers: 2, threads: false }), 1000, {
    clock: "manual",
  });
  contexts.push(ssc);
  return ssc;
}

async function standingOf(ssc: StreamingContext): Promise<Standing | undefined> {
  const status = await ssc.status();
  return status && { status, batches: await ssc.batches(SHOWN_BATCHES) };
}

const ignored = ["reads", "button"];
const of = (rows: readonly Record<string, unknown>[], table: string) =>
  rows
    .filter((row) => row.table === table)
    .map((row) =>
      Object.fromEntries(Object.entries(row).filter(([key]) => key !== "table" && !ignored.includes(key))),
    );

describe("the streams as tables, on the manual clock", () => {
  test("before the start: the outputs that wait for it", () => {
    const ssc = newContext();
    ssc
      .queueStream([["a"]])
      .setName("words")
      .print();
    const { rows, status } = streamsPicture(undefined, ssc.outputs());
    expect(of(rows, "outputs")).toEqual([{ output: "words.print()", state: "waiting" }]);
    expect(status).toEqual({ state: "waiting", reason: "not started; run %stream start", text: "" });
  });

  test("while they run: batches, inputs and outputs with their history, and the keys of their states", async () => {
    const ssc = newContext();
    const words = ssc.queueStream([["a", "b"], ["a"]]).setName("words");
    const pairs = words.map((word): [string, number] => [word, 1]);
    const counts = pairs.updateStateByKey(
      (values: number[], before: number | undefined) => (before ?? 0) + values.length,
    );
    counts.setName("counts").print(0);
    await ssc.start();
    await ssc.advance(3000);
    const { rows, status } = streamsPicture(await standingOf(ssc));
    expect(of(rows, "batches")).toEqual([
      {
        time: 3000,
        records: 0,
        rate: 0,
        queue: 0,
        lag: 0,
      },
    ]);
    expect(of(rows, "inputs")).toMatchObject([{ input: "words", what: "queue", rate: 0, recent: [2, 1, 0] }]);
    expect(of(rows, "outputs")).toEqual([
      {
        output: "counts.print()",
        state: "streaming",
        batches: 3,
        stateRows: 2,
        failures: 0,
        failure: "",
      },
    ]);
    expect(status).toEqual({
      state: "streaming",
      reason: "",
      text: "a batch every 1,000 ms · 3 done · time moves by %clock advance",
    });
  });

  test("with how long batches took only where time moves by itself", async () => {
    const ssc = newContext();
    ssc.queueStream([["a"]]).print(0);
    await ssc.start();
    await ssc.advance(2000);
    const standing = (await standingOf(ssc)) as Standing;
    const timed = ["load", "waited", "total", "recent"];
    const columns = (clock: "system" | "manual") => {
      const { rows } = streamsPicture({ ...standing, status: { ...standing.status, clock } });
      return Object.keys(of(rows, "batches")[0] ?? {}).filter((name) => timed.includes(name));
    };
    expect(columns("manual")).toEqual([]);
    expect(columns("system")).toEqual(timed);
  });

  test("after a failure: what failed, on which record", async () => {
    const ssc = newContext();
    const words = ssc.queueStream([["<img src=x onerror=alert(1)>"]]);
    const broken = words.map((word): string => {
      throw new Error(`no ${word}`);
    });
    broken.setName("broken").print();
    await ssc.start();
    await ssc.advance(1000);
    const { rows, status } = streamsPicture(await standingOf(ssc));
    expect(of(rows, "outputs")).toMatchObject([
      {
        state: "stopped",
        failures: 1,
        failure: expect.stringContaining("on the record '<img src=x onerror=alert(1)>'"),
      },
    ]);
    expect(status).toMatchObject({
      state: "failed",
      reason: expect.stringContaining("failed in the output `broken.print()`"),
    });
  });

  test("with one output stopped by its name, which its button starts again", async () => {
    const ssc = newContext();
    ssc.queueStream([["a"]]).print(0, { name: "one" });
    await ssc.start();
    await ssc.stopOutput("one");
    const { rows } = streamsPicture(await standingOf(ssc));
    const [row] = rows.filter(({ table }) => table === "outputs");
    expect(row).toMatchObject({
      state: "stopped",
      button: { label: "Start", command: expect.stringMatching(/^release /) },
    });
  });
});

describe("the displays of the tables", () => {
  /** A context that runs, with so many batches done. */
  function watched() {
    const clock = new ManualClock();
    const sent: string[] = [];
    let standing: Standing | undefined;
    const displays = new StreamsDisplays(
      clock,
      () => standing,
      (message: FromEngine) => sent.push(`${message.type} ${"display" in message ? message.display : ""}`),
    );
    const batch = (completed: number, state: "ACTIVE" | "STOPPED" = "ACTIVE") => {
      standing = { status: { ...RUNNING, completed, state }, batches: [] };
      displays.changed("c", state === "STOPPED");
    };
    return { clock, sent, displays, batch };
  }

  const RUNNING: Standing["status"] = {
    state: "ACTIVE",
    batchMs: 1000,
    zeroMs: 0,
    waiting: 0,
    lag: 0,
    completed: 0,
    nowMs: 0,
    clock: "system",
    inputs: [],
    rates: [],
    outputs: [],
    last: undefined,
    failure: "",
  };

  test("change at most twice a second, and not when nothing has changed", () => {
    const { clock, sent, displays, batch } = watched();
    batch(1);
    displays.follow("c", "d");
    for (let completed = 2; completed < 12; completed++) {
      clock.advance(50);
      batch(completed);
    }
    expect(sent).toEqual(["liveChange d", "liveChange d"]);
    clock.advance(10_000);
    expect(sent).toHaveLength(3);
  });

  test("show at once that the streams ended: a cell that stops them waits for the last picture", () => {
    const { sent, displays, batch } = watched();
    batch(1);
    displays.follow("c", "d");
    batch(1, "STOPPED");
    expect(sent).toEqual(["liveChange d", "liveChange d"]);
  });

  test("of a context that is not followed cost nothing", () => {
    const { sent, batch } = watched();
    batch(1);
    expect(sent).toEqual([]);
  });

  test("look again by themselves only while the streams run", () => {
    const { clock, sent, displays, batch } = watched();
    displays.follow("c", "d");
    batch(1);
    clock.advance(600);
    batch(1, "STOPPED");
    clock.advance(600);
    expect(sent).toHaveLength(2);
    clock.advance(60_000);
    batch(2, "STOPPED");
    expect(sent).toHaveLength(3);
  });

  test("are four of a context: the oldest is closed", () => {
    const { sent, displays, batch } = watched();
    batch(1);
    for (const display of ["a", "b", "c", "d", "e"]) displays.follow("c", display);
    expect(sent).toContain("liveClose a");
    expect(displays.contextOf("a")).toBeUndefined();
    expect(displays.contextOf("e")).toBe("c");
  });

  test("ask the engine for what their buttons say, and for nothing else", () => {
    const asked: unknown[] = [];
    const engine = {
      controlContext: async (...args: unknown[]) => void asked.push(args),
      holdOutput: (...args: unknown[]) => void asked.push(args),
    };
    for (const command of ["stop", "start", "hold o1", "release o1", "explode", ""])
      streamsCommand(command, "c", engine);
    expect(asked).toEqual([
      ["stop", "c"],
      ["start", "c"],
      ["c", "o1", true],
      ["c", "o1", false],
    ]);
  });
});
