import { describe, expect, it } from "vitest";
import { withEcho } from "../testing/with-echo.js";
import type { JsonObject } from "../wire/fields.js";

describe("a request that needs no evaluator has busy, its reply and idle", () => {
  it.each<["shell" | "control", string, JsonObject, JsonObject]>([
    ["shell", "kernel_info_request", {}, { status: "ok", protocol_version: "5.5", implementation: "echo" }],
    ["control", "kernel_info_request", {}, { status: "ok", supported_features: [] }],
    [
      "shell",
      "complete_request",
      { code: "😀a", cursor_pos: 2 },
      { matches: ["😀a!"], cursor_start: 0, cursor_end: 2 },
    ],
    [
      "shell",
      "inspect_request",
      { code: "a", cursor_pos: 1 },
      { found: true, data: { "text/markdown": "**a**", "text/plain": "a" } },
    ],
    ["shell", "is_complete_request", { code: "if (" }, { status: "incomplete", indent: "  " }],
    [
      "shell",
      "history_request",
      { hist_access_type: "tail", output: false, raw: true, n: 5 },
      { status: "ok", history: [] },
    ],
    ["shell", "comm_info_request", {}, { status: "ok", comms: {} }],
    [
      "shell",
      "connect_request",
      {},
      { shell_port: 1, iopub_port: 2, stdin_port: 3, control_port: 4, hb_port: 5 },
    ],
    ["control", "interrupt_request", {}, { status: "ok" }],
    ["shell", "execute_request", {}, { status: "error", ename: "MalformedContent" }],
    [
      "shell",
      "complete_request",
      { code: 1 },
      { status: "error", evalue: "complete_request: `code` must be a string and is 1" },
    ],
  ])("%s %s %j", (channel, type, content, reply) =>
    withEcho(async (client) => {
      const request = client.request(channel, type, content);
      await request.recvBusy();
      await request.recvReply(reply);
      await request.recvIdle();
      request.assertNothingLeft();
    }),
  );
});

describe("the channels", () => {
  it("answer kernel_info before the evaluator is up, and run the cell when it is", () =>
    withEcho(
      async (client) => {
        const cell = client.execute("hello");
        const info = client.request("shell", "kernel_info_request", {});
        await info.recvBusy();
        await info.recvReply({ status: "ok" });
        await info.recvIdle();
        await cell.recvStart("hello", 1);
        await cell.recvStream("stdout", "hello\n");
        await cell.recvEnd();
      },
      { transport: "tcp" },
    ));

  it("answer while a cell is busy, and then say again that it is", () =>
    withEcho(async (client) => {
      await client.ready();
      const cell = client.execute("wait");
      await cell.recvStart("wait", 1);
      const completion = client.request("shell", "complete_request", { code: "a", cursor_pos: 1 });
      await completion.finish();
      await cell.recvBusy();
      const info = client.request("shell", "kernel_info_request", {});
      await info.finish();
      await client.request("control", "interrupt_request", {}).finish();
      await cell.recvError("KeyboardInterrupt", /interrupted/);
      await cell.recvErrorReply("KeyboardInterrupt", /interrupted/);
      await cell.recvIdle();
    }));

  it("ignore message types they do not know", () =>
    withEcho(async (client) => {
      const unknown = client.request("shell", "no_such_request", {});
      await client.request("shell", "kernel_info_request", {}).finish();
      unknown.assertNothingLeft();
    }));

  it("echo the heartbeat while a cell hangs", () =>
    withEcho(async (client) => {
      await client.ready();
      const cell = client.execute("hang");
      await cell.recvStart("hang", 1);
      expect(await client.ping("are you there?")).toBe("are you there?");
      await client.request("control", "shutdown_request", { restart: false }).finish();
      await cell.recvErrorReply("KernelShutdown", /./);
      await cell.recvError("KernelShutdown", /./);
      await cell.recvIdle();
    }));

  it("send iopub_welcome to every subscriber, also a second one with the same subscription", () =>
    withEcho(async (client, kernel) => {
      await kernel.connect();
      await kernel.connect();
      const welcome = await client.others.take("the welcome of another client");
      expect([welcome.type, welcome.content]).toEqual(["iopub_welcome", { subscription: "" }]);
    }));

  it("serve two clients: each gets its own replies, both see all output", () =>
    withEcho(async (first, kernel) => {
      const second = await kernel.connect();
      const one = first.execute("one");
      await one.finish();
      const two = second.execute("two");
      const { reply } = await two.finish();
      expect(reply.execution_count).toBe(2);
      const seen = new Set<string>();
      while (!seen.has("two\n")) {
        const { content } = await first.others.take("output of the other client");
        if (typeof content.text === "string") seen.add(content.text);
      }
    }));

  it("work without a key, with nothing signed", () =>
    withEcho(async (client) => void (await client.execute("x").finish()), { key: "" }));
});

describe("history", () => {
  const ask = { raw: true, output: true } as const;
  it("holds inputs and results of the cells that were stored", () =>
    withEcho(async (client) => {
      await client.execute("result 1").finish();
      await client.execute("secret", { storeHistory: false }).finish();
      await client.execute("quiet", { silent: true }).finish();
      await client.execute("b").finish();
      const history = client.request("shell", "history_request", { ...ask, hist_access_type: "tail", n: 10 });
      const { reply } = await history.finish();
      expect(reply.history).toEqual([
        [1, 1, ["result 1", "1"]],
        [1, 2, ["b", null]],
      ]);
    }));
});
