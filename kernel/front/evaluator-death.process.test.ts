import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { textOf } from "../testing/exchange.js";
import type { FrontEnd } from "../testing/front-end.js";
import { gone } from "../testing/kernel-process.js";
import { withEcho } from "../testing/with-echo.js";

async function evaluatorPid(client: FrontEnd): Promise<number> {
  return Number(textOf(await client.execute("pid").finish(), "stdout"));
}

describe("an evaluator that ends while a cell runs", () => {
  it.each([
    ["exit 7", /ended \(exit code 7\) while this cell ran.*variables of earlier cells are lost/],
    ["kill SIGSEGV", /signal SIGSEGV/],
    ["kill SIGKILL", /signal SIGKILL/],
    ["rawerr JavaScript heap out of memory\nkill SIGABRT", /out of memory.*max-old-space-size/],
  ])("%s: the cell says so after its output, and the next one runs in a new process", (code, evalue) =>
    withEcho(async (client) => {
      const before = await evaluatorPid(client);
      const transcript = await client.execute(`hello\n${code}`, { stopOnError: false }).finish();
      expect(textOf(transcript, "stdout")).toBe("hello\n");
      expect(transcript.output.at(-1)).toMatchObject({ type: "error", content: { ename: "EvaluatorDied" } });
      expect(transcript.reply).toMatchObject({ status: "error", ename: "EvaluatorDied" });
      expect(transcript.reply.evalue).toMatch(evalue);
      await gone(before);
      expect(await evaluatorPid(client)).not.toBe(before);
    }),
  );

  it("aborts the cells that wait, as any error does", () =>
    withEcho(async (client) => {
      const dying = client.execute("input go?\nexit 1", { allowStdin: true });
      const waiting = client.execute("a");
      const question = await dying.recvInputRequest({ prompt: "go?", password: false });
      await client.received();
      client.reply(question, "");
      await dying.finish();
      expect((await waiting.finish()).reply.status).toBe("aborted");
    }));

  it("closes the comms of the notebook's code", () =>
    withEcho(async (client) => {
      await client.execute("open t").finish();
      await client.execute("exit 1").finish();
      const { content } = await client.others.take("comm_close");
      expect(content.comm_id).toBe("from-t");
      expect((await client.request("shell", "comm_info_request", {}).finish()).reply.comms).toEqual({});
    }));
});

describe("an evaluator that ends between cells", () => {
  it("is reported under the last cell, and replaced", () =>
    withEcho(async (client) => {
      const cell = client.execute("pid");
      const transcript = await cell.finish();
      process.kill(Number(textOf(transcript, "stdout")), "SIGKILL");
      await cell.recvStreamLike("stderr", /process ended \(signal SIGKILL\) after this cell.*\n/);
      expect((await client.execute("a").finish()).reply.status).toBe("ok");
    }));
});

describe("an evaluator that cannot start", () => {
  const dir = mkdtempSync(join(tmpdir(), "broken-"));
  const broken = join(dir, "broken.mjs");
  writeFileSync(broken, 'throw new Error("no such luck")');
  afterAll(() => rmSync(dir, { recursive: true }));

  it("is tried three times, and then every cell says why", () =>
    withEcho(
      async (client) => {
        for (const code of ["a", "b"]) {
          const { reply } = await client.execute(code).finish();
          expect(reply).toMatchObject({ status: "error", ename: "EvaluatorFailed" });
          expect(reply.evalue).toMatch(/ended 3 times before it was ready.*exit code 1.*no such luck/s);
        }
        expect((await client.request("control", "kernel_info_request", {}).finish()).reply.status).toBe("ok");
        const opening = client.request("shell", "comm_open", { comm_id: "c", target_name: "t", data: {} });
        await opening.recvBusy();
        expect((await opening.recv("comm_close")).content).toEqual({ comm_id: "c", data: {} });
        await opening.recvIdle();
        const { reply } = await client.request("shell", "comm_info_request", {}).finish();
        expect(reply.comms).toEqual({});
      },
      { env: { ECHO_EVALUATOR: broken } },
    ));
});
