import { describe, expect, it } from "vitest";
import { textOf } from "../testing/exchange.js";
import { withEcho } from "../testing/with-echo.js";

describe("interrupt_request", () => {
  it("ends a cell that the evaluator has not seen yet", () =>
    withEcho(async (client) => {
      const cell = client.execute("wait");
      // The front has it, and gives it to an evaluator that has just begun to load.
      await cell.recvStart("wait", 1);
      await client.request("control", "interrupt_request", {}).finish();
      await cell.recvError("KeyboardInterrupt", /./);
      await cell.recvErrorReply("KeyboardInterrupt", /./);
      await cell.recvIdle();
      expect((await client.execute("next").finish()).reply.status).toBe("ok");
    }));

  it("ends a cell that waits, and is answered at once", () =>
    withEcho(async (client) => {
      await client.ready();
      const cell = client.execute("wait");
      await cell.recvStart("wait", 1);
      const interrupt = client.request("control", "interrupt_request", {});
      await interrupt.recvBusy();
      await interrupt.recvReply({ status: "ok" });
      await interrupt.recvIdle();
      await cell.recvError("KeyboardInterrupt", /^interrupted$/);
      await cell.recvErrorReply("KeyboardInterrupt", /^interrupted$/);
      await cell.recvIdle();
      cell.assertNothingLeft();
    }));

  it.each([
    ["for its types to be checked", "unanswered()"],
    ["for what is known of a name", "unanswered?"],
  ])("ends a cell that waits %s: nothing of it runs, also later", (_, code) =>
    withEcho(async (client) => {
      const strict = client.execute("typecheck strict");
      await strict.recvStart("typecheck strict", 1);
      await strict.recvStream("stdout", "type check: strict\n");
      await strict.recvEnd();
      const cell = client.execute(code);
      await cell.recvStart(code, 2);
      await client.request("control", "interrupt_request", {}).finish();
      await cell.recvError("KeyboardInterrupt", /before it began to run; the variables are kept/);
      await cell.recvErrorReply("KeyboardInterrupt", /before it began to run/);
      await cell.recvIdle();
      const next = client.execute("next");
      await next.recvStart("next", 3);
      await next.recvStream("stdout", "next\n");
      await next.recvEnd();
    }),
  );

  it("aborts the cells that wait", () =>
    withEcho(async (client) => {
      await client.ready();
      const cell = client.execute("wait");
      const next = client.execute("a");
      await cell.recvStart("wait", 1);
      await client.request("control", "interrupt_request", {}).finish();
      await cell.recvErrorReply("KeyboardInterrupt", /interrupted/);
      expect((await next.finish()).reply.status).toBe("aborted");
      await cell.recvError("KeyboardInterrupt", /interrupted/);
      await cell.recvIdle();
    }));

  it("ends the process of a cell that reacts to nothing, after 2 s, and says that the variables are lost", () =>
    withEcho(async (client) => {
      const before = textOf(await client.execute("pid").finish(), "stdout");
      const cell = client.execute("hang");
      await cell.recvStart("hang", 2);
      const start = performance.now();
      for (let i = 0; i < 3; i++) await client.request("control", "interrupt_request", {}).finish();
      await cell.recvError(
        "KeyboardInterrupt",
        /did not stop within 2 s.*variables of earlier cells are lost/,
      );
      expect(performance.now() - start).toBeGreaterThan(1900);
      await cell.recvErrorReply("KeyboardInterrupt", /lost/);
      await cell.recvIdle();
      expect(textOf(await client.execute("pid").finish(), "stdout")).not.toBe(before);
    }));

  it("does nothing that can be seen while no cell runs", () =>
    withEcho(async (client) => {
      const before = client.execute("pid");
      const pid = textOf(await before.finish(), "stdout");
      const transcript = await client.request("control", "interrupt_request", {}).finish();
      expect(transcript.output).toEqual([]);
      expect(textOf(await client.execute("pid").finish(), "stdout")).toBe(pid);
      before.assertNothingLeft();
    }));

  it("ends a flood, with all that was let through before the error", () =>
    withEcho(async (client) => {
      await client.ready();
      const cell = client.execute("displays 20000\nwait");
      await cell.recvStart("displays 20000\nwait", 1);
      await cell.recvDisplay("display_data");
      await client.request("control", "interrupt_request", {}).finish();
      let message = await cell.iopub.take("output");
      while (message.type === "display_data") message = await cell.iopub.take("the error");
      expect(message).toMatchObject({ type: "error", content: { ename: "KeyboardInterrupt" } });
      await cell.recvErrorReply("KeyboardInterrupt", /./);
      await cell.recvIdle();
    }));

  it("may also come as SIGINT", () =>
    withEcho(async (client, kernel) => {
      await client.ready();
      const cell = client.execute("wait");
      await cell.recvStart("wait", 1);
      kernel.signal("SIGINT");
      expect((await cell.recvReply({ status: "error" })).ename).toBe("KeyboardInterrupt");
      await cell.recvError("KeyboardInterrupt", /interrupted/);
      await cell.recvIdle();
    }));
});
