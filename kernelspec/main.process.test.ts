import { describe, expect, it } from "vitest";
import { withBuiltKernel } from "../kernel/testing/built-kernel.js";
import type { FrontEnd } from "../kernel/testing/front-end.js";

async function matchesOf(client: FrontEnd, code: string): Promise<unknown> {
  const content = { code, cursor_pos: [...code].length };
  return (await client.request("shell", "complete_request", content).finish()).reply.matches;
}

describe("the Millrace kernel, as Jupyter starts it", () => {
  it("says what it is", () =>
    withBuiltKernel(async (client) => {
      const { reply } = await client.request("shell", "kernel_info_request", {}).finish();
      expect(reply).toMatchObject({
        implementation: "millrace",
        language_info: { name: "typescript", mimetype: "text/typescript", file_extension: ".ts" },
      });
      expect(reply.banner).toMatch(/^Millrace \d+\.\d+\.\d+: /);
    }));

  it("runs a cell", () =>
    withBuiltKernel(async (client) => {
      const cell = client.execute("const x: number = 20;\nconsole.log('hi');\nx * 2 + 2");
      await cell.recvStart("const x: number = 20;\nconsole.log('hi');\nx * 2 + 2", 1);
      await cell.recvStream("stdout", "hi\n");
      await cell.recvResult({ "text/plain": "42" }, 1);
      await cell.recvEnd();
    }));

  it("completes globals, variables of earlier cells and magics while a cell is busy", () =>
    withBuiltKernel(async (client) => {
      await client.execute("const theirs = { alpha: 1, beta: 2 }").finish();
      const busy = client.execute("await new Promise(() => {})");
      await busy.recvBusy();
      expect(await matchesOf(client, "ssc.socketText")).toEqual(["socketTextStream"]);
      expect(await matchesOf(client, "theirs.al")).toEqual(["alpha"]);
      expect(await matchesOf(client, "%lsm")).toEqual(["%lsmagic"]);
      await client.request("control", "interrupt_request", {}).finish();
      await busy.recvErrorReply("KeyboardInterrupt", /./);
      while ((await busy.iopub.take("idle")).content.execution_state !== "idle");
    }));
});
