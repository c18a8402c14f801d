import { describe, expect, it } from "vitest";
import { textOf } from "../testing/exchange.js";
import { withEcho } from "../testing/with-echo.js";
import { BUDGET_BYTES } from "./output-budget.js";

/** A little less than the 3 s of the budget, which forgets in steps. */
const WINDOW_SECONDS = 2.8;

describe("output", () => {
  it("has idle as its last message in 200 cells of prints, displays, raw output and results", () =>
    withEcho(async (client) => {
      const code = `${"print\n".repeat(20)}raw bytes\ndisplay d\nerr e\nresult r`;
      const cells = Array.from({ length: 200 }, () => client.execute(code));
      for (const cell of cells) {
        const transcript = await cell.finish();
        expect(transcript.reply.status).toBe("ok");
        const stdout = textOf(transcript, "stdout").split("\n");
        expect([
          stdout.filter((l) => l === "print").length,
          stdout.filter((l) => l === "bytes").length,
        ]).toEqual([20, 1]);
        expect(textOf(transcript, "stderr")).toBe("e\n");
        expect(
          transcript.output.filter(({ type }) => type === "display_data" || type === "execute_result"),
        ).toHaveLength(2);
        cell.assertNothingLeft();
      }
    }));

  it("of many prints comes in few messages, none of them lost", () =>
    withEcho(async (client) => {
      const transcript = await client.execute("flood 10000").finish();
      expect(textOf(transcript, "stdout").split("\n")).toHaveLength(10_001);
      expect(transcript.output.length).toBeLessThan(500);
    }));

  it("of raw pipes has the running cell as its parent, without the marks that end a cell", () =>
    withEcho(async (client) => {
      const cell = client.execute("raw 😀 out\nrawerr err");
      const transcript = await cell.finish();
      expect([textOf(transcript, "stdout"), textOf(transcript, "stderr")]).toEqual(["😀 out\n", "err\n"]);
    }));

  it("that comes late has the cell that caused it as its parent, while others run", () =>
    withEcho(async (client) => {
      const early = client.execute("late from the first cell");
      await early.finish();
      const others = [client.execute("a"), client.execute("b")];
      await early.recvStream("stdout", "from the first cell\n");
      for (const other of others) await other.finish();
      early.assertNothingLeft();
    }));

  it("of the extension's own thread comes while the cell thread hangs", () =>
    withEcho(async (client) => {
      const cell = client.execute("engine from fd 5");
      await cell.recvStart("engine from fd 5", 1);
      await cell.recvReply({ status: "ok" });
      const messages = [await cell.iopub.take("text or idle"), await cell.iopub.take("text or idle")];
      expect(messages.map(({ type }) => type).sort()).toEqual(["status", "stream"]);
    }));

  it("beyond the budget is dropped with a notice, and the cell still ends", () =>
    withEcho(async (client) => {
      const begun = performance.now();
      // 100 MB: far more than may pass while they come, on a slow machine too.
      const transcript = await client.execute("torrent 10000\nthe end").finish();
      const seconds = (performance.now() - begun) / 1000;
      expect(transcript.reply.status).toBe("ok");
      const printed = Buffer.byteLength(textOf(transcript, "stdout"));
      expect(printed).toBeGreaterThan(1_000_000);
      expect(printed).toBeLessThanOrEqual(BUDGET_BYTES * Math.ceil(seconds / WINDOW_SECONDS));
      expect(textOf(transcript, "stderr")).toMatch(
        /^(\[millrace\] [\d,]+ bytes \([\d,]+ lines\) of output were dropped here.*\n)+$/,
      );
    }));

  it("of a loop of displays is slowed down, and nothing of it is lost", () =>
    withEcho(async (client) => {
      const transcript = await client.execute("displays 3000").finish();
      const shown = transcript.output.slice(1).map(({ content }) => content.data);
      expect(shown).toEqual(Array.from({ length: 3000 }, (_, i) => ({ "text/plain": String(i) })));
    }));
});
