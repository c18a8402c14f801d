import { describe, expect, it } from "vitest";
import { listProcesses } from "../evaluator/process-list.js";
import { textOf } from "../testing/exchange.js";
import type { FrontEnd } from "../testing/front-end.js";
import { gone, KernelProcess } from "../testing/kernel-process.js";
import { ECHO_KERNEL, runEcho, withEcho } from "../testing/with-echo.js";

const evaluatorPid = async (client: FrontEnd) =>
  Number(textOf(await client.execute("pid").finish(), "stdout"));

describe("shutdown", () => {
  it.each([
    ["control", true],
    ["control", false],
    ["shell", false],
  ] as const)(
    "asked on %s (restart %s) is answered, told to all clients, and leaves no process",
    (channel, restart) =>
      withEcho(async (client, kernel) => {
        const pid = await evaluatorPid(client);
        const request = client.request(channel, "shutdown_request", { restart });
        await request.recvBusy();
        expect((await request.recv("shutdown_reply")).content).toEqual({ status: "ok", restart });
        await request.recvReply({ status: "ok", restart });
        await request.recvIdle();
        expect(await kernel.exited).toBe(0);
        await gone(pid);
      }),
  );

  it("ends a cell that hangs and those that wait, with replies", () =>
    withEcho(async (client, kernel) => {
      const pid = await evaluatorPid(client);
      const hanging = client.execute("hang");
      const waiting = client.execute("a");
      await hanging.recvStart("hang", 2);
      await client.request("control", "shutdown_request", { restart: false }).finish();
      await hanging.recvErrorReply("KernelShutdown", /shut down before the cell had ended/);
      await hanging.recvError("KernelShutdown", /shut down/);
      await hanging.recvIdle();
      expect((await waiting.finish()).reply.status).toBe("aborted");
      expect(await kernel.exited).toBe(0);
      await gone(pid);
    }));

  it("comes with SIGTERM as well", () =>
    withEcho(async (client, kernel) => {
      const pid = await evaluatorPid(client);
      kernel.signal("SIGTERM");
      expect(await kernel.exited).toBe(0);
      expect((await client.others.take("shutdown_reply")).type).toBe("shutdown_reply");
      await gone(pid);
    }));

  it("comes when the process that started the kernel has ended", () => {
    const env = "{ ...process.env, JPY_PARENT_PID: String(process.pid) }";
    const start = `require("node:child_process").spawn(process.execPath, process.argv.slice(1), { env: ${env}, stdio: "ignore" })`;
    return withEcho(
      async (client, starter) => {
        const pid = await evaluatorPid(client);
        starter.signal("SIGKILL");
        expect((await client.others.take("shutdown_reply")).type).toBe("shutdown_reply");
        await gone(pid);
      },
      { command: [process.execPath, "-e", start, ECHO_KERNEL] },
    );
  });

  it("comes as well when that process had ended before the kernel was up", async (context) => {
    const env = "{ ...process.env, JPY_PARENT_PID: String(process.pid) }";
    const start = `const { pid } = require("node:child_process").spawn(process.execPath, process.argv.slice(1), { env: ${env}, stdio: "ignore" });
      require("node:fs").writeSync(2, String(pid)); process.exit()`;
    const starter = await KernelProcess.start({ command: [process.execPath, "-e", start, ECHO_KERNEL] });
    try {
      await starter.exited;
      await expect.poll(() => starter.stderr).toMatch(/^\d+$/);
      const pid = Number(starter.stderr);
      const listed = listProcesses().find((one) => one.pid === pid);
      if (listed !== undefined && listed.parent !== 1) context.skip("a session's manager takes orphans here");
      await gone(pid);
    } finally {
      await starter.dispose();
    }
  });

  it("by SIGKILL leaves no evaluator behind", () =>
    withEcho(async (client, kernel) => {
      const pid = await evaluatorPid(client);
      kernel.signal("SIGKILL");
      await kernel.exited;
      await gone(pid);
    }));
});

describe("a kernel that cannot start", () => {
  it.each([
    [[], 2, /^millrace: usage: .*CONNECTION_FILE/],
    [["a", "b"], 2, /usage/],
    [["/no/such/file.json"], 1, /^millrace: cannot use the connection file \/no\/such\/file.json: ENOENT/],
  ])("%j ends with status %i and one line", async (args, status, line) => {
    const { status: got, stderr } = runEcho(args);
    expect(got).toBe(status);
    expect(stderr).toMatch(line);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });
});
