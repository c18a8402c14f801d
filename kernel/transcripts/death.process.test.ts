import { describe, expect, it } from "vitest";
import { withBuiltKernel } from "../testing/built-kernel.js";
import { textOf } from "../testing/exchange.js";

const HANG = "await new Promise(() => {})";

describe("when the evaluator dies the cell says how, and the next one runs in a new evaluator", () => {
  it.each([
    ["SIGKILL", `process.kill(process.pid, "SIGKILL"); ${HANG}`, /\(signal SIGKILL\)/],
    ["SIGSEGV", `process.kill(process.pid, "SIGSEGV"); ${HANG}`, /\(signal SIGSEGV\)/],
    ["SIGTERM", `process.kill(process.pid, "SIGTERM"); ${HANG}`, /\(signal SIGTERM\)/],
    ["process.abort()", "process.abort()", /\(signal SIGABRT\)/],
    ["process.reallyExit()", "process.reallyExit(4)", /\(exit code 4\)/],
    [
      "heap exhaustion",
      "const all = []; for (;;) all.push(new Array(1e5).fill({}))",
      /\(out of memory; NODE_OPTIONS=--max-old-space-size=<MB>/,
    ],
  ])("%s", (_, code, how) =>
    withBuiltKernel(
      async (client) => {
        await client.execute("let lost = 1").finish();
        const { reply, output } = await client.execute(`console.log("before")\n${code}`).finish();
        expect(reply).toMatchObject({
          status: "error",
          ename: "EvaluatorDied",
          evalue: expect.stringMatching(how),
        });
        expect(output[1]).toMatchObject({ type: "stream", content: { name: "stdout", text: "before\n" } });
        expect(output.map(({ content }) => String(content.text)).join("")).not.toContain("debugger");
        expect(output.at(-1)).toMatchObject({ type: "error", content: { ename: "EvaluatorDied" } });
        const next = await client.execute("typeof lost").finish();
        expect(next.output.at(-1)?.content.data).toEqual({ "text/plain": "'undefined'" });
      },
      { env: { NODE_OPTIONS: "--max-old-space-size=100" } },
    ),
  );

  it("and what died with it is completed no more", () =>
    withBuiltKernel(async (client) => {
      const matches = async () =>
        (await client.request("shell", "complete_request", { code: "lostNa", cursor_pos: 6 }).finish()).reply
          .matches;
      await client.execute("const lostName = 1").finish();
      expect(await matches()).toEqual(["lostName"]);
      await client.execute(`process.kill(process.pid, "SIGKILL"); ${HANG}`).finish();
      expect(await matches()).toEqual([]);
    }));

  it.each([
    ["at once", "process.exit(3)"],
    ["in a timer", `setTimeout(() => process.exit(3)); ${HANG}`],
    ["in a callback that catches", `setTimeout(() => { try { process.exit(3) } catch {} }); ${HANG}`],
  ])("but process.exit() ends the cell only, %s", (_, code) =>
    withBuiltKernel(async (client) => {
      await client.execute("let kept = 1").finish();
      const transcript = await client.execute(code).finish();
      expect(transcript.reply).toMatchObject({ status: "error", ename: "ProcessExit" });
      expect(transcript.reply.evalue).toMatch(/^process\.exit\(3\) ends the cell, not the kernel/);
      expect(textOf(transcript, "stderr")).toBe("");
      const next = await client.execute("kept").finish();
      expect(next.output.at(-1)?.content.data).toEqual({ "text/plain": "1" });
      expect(textOf(next, "stderr")).toBe("");
    }),
  );

  it("process.exit() ends the cell there and then", () =>
    withBuiltKernel(async (client) => {
      const code = `try { process.exit() } catch {} finally {}\nconsole.log("not this")`;
      const transcript = await client.execute(code).finish();
      expect(transcript.output.map(({ type }) => type)).toEqual(["execute_input", "error"]);
      expect((await client.execute("1").finish()).reply.status).toBe("ok");
    }));
});
