import { describe, expect, it } from "vitest";
import { withEcho } from "../testing/with-echo.js";

describe("execute_request", () => {
  it("is answered by busy, execute_input, output, result, reply, idle", () =>
    withEcho(async (client) => {
      const cell = client.execute("hello\nerr oops\nresult 2");
      await cell.recvStart("hello\nerr oops\nresult 2", 1);
      await cell.recvStream("stdout", "hello\n");
      await cell.recvStream("stderr", "oops\n");
      await cell.recvResult({ "text/plain": "2" }, 1);
      await cell.recvReply({ status: "ok", execution_count: 1, user_expressions: {}, payload: [] });
      await cell.recvIdle();
      cell.assertNothingLeft();
    }));

  it("that fails has an error on iopub and the same in its reply", () =>
    withEcho(async (client) => {
      const cell = client.execute("before\nerror no good\nafter");
      await cell.recvStart("before\nerror no good\nafter", 1);
      await cell.recvStream("stdout", "before\n");
      await cell.recvError("Error", /^no good$/);
      await cell.recvErrorReply("Error", /^no good$/);
      await cell.recvIdle();
      cell.assertNothingLeft();
    }));

  it("evaluates user_expressions", () =>
    withEcho(async (client) => {
      const { reply } = await client.execute("x", { userExpressions: { a: "1 + 1" } }).finish();
      expect(reply.user_expressions).toEqual({
        a: { status: "ok", data: { "text/plain": "1 + 1" }, metadata: {} },
      });
    }));

  it("that is silent publishes nothing but its status and does not count", () =>
    withEcho(async (client) => {
      await client.execute("x").finish();
      const cell = client.execute("hello\nresult 2\ndisplay d\nclear\nerr e\nraw r", { silent: true });
      await cell.recvBusy();
      await cell.recvReply({ status: "ok", execution_count: 1 });
      await cell.recvIdle();
      const failing = client.execute("error x", { silent: true });
      await failing.recvBusy();
      await failing.recvErrorReply("Error", /^x$/);
      await failing.recvIdle();
      const { reply } = await client.execute("y").finish();
      expect(reply.execution_count).toBe(2);
    }));

  it("that is not stored has output and does not count", () =>
    withEcho(async (client) => {
      const cell = client.execute("hello", { storeHistory: false });
      await cell.recvStart("hello", 0);
      await cell.recvStream("stdout", "hello\n");
      await cell.recvEnd();
      expect((await client.execute("y").finish()).reply.execution_count).toBe(1);
    }));

  it("clears text alone only where there is nothing but text", () =>
    withEcho(async (client) => {
      const text = await client.execute("hello\ncleartext").finish();
      expect(text.output.map(({ type }) => type)).toEqual(["execute_input", "stream", "clear_output"]);
      const rich = await client.execute("display a\ncleartext\nclear\ncleartext").finish();
      expect(rich.output.map(({ type }) => type)).toEqual([
        "execute_input",
        "display_data",
        "clear_output",
        "clear_output",
      ]);
    }));

  it("displays, updates and clears", () =>
    withEcho(async (client) => {
      const cell = client.execute("display a\nupdate b\nclear");
      await cell.recvStart("display a\nupdate b\nclear", 1);
      const shown = await cell.recvDisplay("display_data", { "text/plain": "a" });
      expect(shown.transient).toEqual({ display_id: "d" });
      const updated = await cell.recvDisplay("update_display_data", { "text/plain": "b" });
      expect(updated.transient).toEqual({ display_id: "d" });
      expect((await cell.recv("clear_output")).content).toEqual({ wait: true });
      await cell.recvEnd();
    }));

  it("may ask for the history and the connection, of which the key stays in the front", () =>
    withEcho(async (client, { connection }) => {
      await client.execute("hello").finish();
      const history = client.execute("history 1");
      await history.recvStart("history 1", 2);
      await history.recvStream("stdout", '[{"session":1,"line":2,"input":"history 1"}]\n');
      await history.recvEnd();
      const asking = client.execute("connection");
      await asking.recvStart("connection", 3);
      const answer = await asking.recvStreamLike("stdout", /\}\n$/);
      expect(JSON.parse(answer)).toMatchObject({ transport: "ipc", ports: connection.ports });
      expect(answer).not.toContain(connection.key);
      await asking.recvEnd();
    }));

  it("tells in the metadata of its reply when the cell began, as JupyterLab's timing wants", () =>
    withEcho(async (client) => {
      const cell = client.execute("x");
      await cell.recvBusy();
      const reply = await cell.replies.take("the reply");
      expect(Date.parse(String(reply.metadata.started))).toBeLessThanOrEqual(Date.now());
      while ((await cell.iopub.take("idle")).content.execution_state !== "idle");
    }));
});

describe("cells that wait", () => {
  it("run one after the other, in order", () =>
    withEcho(async (client) => {
      const cells = ["a", "b", "c"].map((code) => client.execute(code));
      for (const [i, cell] of cells.entries()) {
        await cell.recvStart("abc"[i] ?? "", i + 1);
        await cell.recvStream("stdout", `${"abc"[i]}\n`);
        await cell.recvEnd();
      }
    }));

  it("are aborted when one before them fails, while other requests are answered", () =>
    withEcho(async (client) => {
      const failing = client.execute("input go?\nerror x", { allowStdin: true });
      const waiting = [client.execute("a"), client.execute("b")];
      const question = await failing.recvInputRequest({ prompt: "go?", password: false });
      const info = client.request("shell", "kernel_info_request", {});
      expect((await info.finish()).reply.status).toBe("ok");
      client.reply(question, "");
      await failing.finish();
      for (const cell of waiting) {
        await cell.recvBusy();
        await cell.recvReply({ status: "aborted" });
        await cell.recvIdle();
        cell.assertNothingLeft();
      }
      expect((await client.execute("c").finish()).reply).toMatchObject({ status: "ok", execution_count: 2 });
    }));

  it("run all the same after a failure without stop_on_error", () =>
    withEcho(async (client) => {
      const failing = client.execute("error x", { stopOnError: false });
      const next = client.execute("a");
      expect((await failing.finish()).reply.status).toBe("error");
      expect((await next.finish()).reply.status).toBe("ok");
    }));

  it("sent right after the error reply are run, not aborted", () =>
    withEcho(async (client) => {
      for (let i = 0; i < 20; i++) {
        const failing = client.execute("error x");
        await failing.recvErrorReply("Error", /x/);
        const next = client.execute("a");
        await next.recvReply({ status: "ok" });
        for (const cell of [failing, next])
          while ((await cell.iopub.take("idle")).content.execution_state !== "idle");
      }
    }));
});
