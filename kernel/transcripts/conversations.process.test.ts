import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { withBuiltKernel } from "../testing/built-kernel.js";
import { textOf } from "../testing/exchange.js";

describe.each(["tcp", "ipc"] as const)("over %s", (transport) => {
  it("a cell is busy, input, output, result, reply, idle, with nothing more", () =>
    withBuiltKernel(
      async (client) => {
        const code = "console.log('out'); 6 * 7";
        const cell = client.execute(code);
        await cell.recvStart(code, 1);
        await cell.recvStream("stdout", "out\n");
        await cell.recvResult({ "text/plain": "42" }, 1);
        await cell.recvReply({ status: "ok", execution_count: 1, user_expressions: {}, payload: [] });
        await cell.recvIdle();
      },
      { transport },
    ));

  it("kernel_info is answered on both channels before the evaluator is up", () =>
    withBuiltKernel(
      async (client) => {
        for (const channel of ["shell", "control"] as const) {
          const { reply } = await client.request(channel, "kernel_info_request", {}).finish();
          expect(reply).toMatchObject({
            status: "ok",
            protocol_version: "5.5",
            implementation: "millrace",
            supported_features: [],
            language_info: { name: "typescript", file_extension: ".ts" },
          });
        }
      },
      { transport },
    ));
});

describe("execute_request", () => {
  it("with an error: the message, the reply and what follows", () =>
    withBuiltKernel(async (client) => {
      const code = "await input('go?'); throw new TypeError('no')";
      const failing = client.execute(code, { allowStdin: true });
      const waiting = [client.execute("1"), client.execute("2")];
      await failing.recvStart(code, 1);
      const question = await failing.recvInputRequest({ prompt: "go?", password: false });
      await client.received();
      client.reply(question, "");
      await failing.recvError("TypeError", /^no$/);
      await failing.recvErrorReply("TypeError", /^no$/);
      await failing.recvIdle();
      for (const cell of waiting) {
        const { reply, output } = await cell.finish();
        expect(reply).toMatchObject({ status: "aborted", execution_count: 1 });
        expect(output).toEqual([]);
      }
      expect((await client.execute("3").finish()).reply).toMatchObject({ status: "ok", execution_count: 2 });
    }));

  it("with stop_on_error false aborts nothing", () =>
    withBuiltKernel(async (client) => {
      const failing = client.execute("throw 1", { stopOnError: false });
      const next = client.execute("1");
      expect((await failing.finish()).reply.status).toBe("error");
      expect((await next.finish()).reply.status).toBe("ok");
    }));

  it("silent shows nothing, is not counted and not kept", () =>
    withBuiltKernel(async (client) => {
      const { reply, output } = await client.execute("console.log(1); 2", { silent: true }).finish();
      expect(reply).toMatchObject({ status: "ok", execution_count: 0 });
      expect(output).toEqual([]);
      expect((await client.execute("1").finish()).reply.execution_count).toBe(1);
    }));

  it("evaluates user_expressions after the cell, each with its own value or error", () =>
    withBuiltKernel(async (client) => {
      const userExpressions = {
        sum: "a + 1",
        later: "await Promise.resolve(a)",
        bad: "nothing.x",
        worse: "(",
      };
      const { reply } = await client.execute("const a = 1;", { userExpressions }).finish();
      expect(reply.user_expressions).toMatchObject({
        sum: { status: "ok", data: { "text/plain": "2" }, metadata: {} },
        later: { status: "ok", data: { "text/plain": "1" } },
        bad: { status: "error", ename: "ReferenceError", traceback: expect.any(Array) },
        worse: { status: "error", ename: "SyntaxError" },
      });
    }));
});

describe("cursor positions are code points", () => {
  it.each([
    ["complete_request", "const 𝒳 = 1; conso", { cursor_start: 13, cursor_end: 18, matches: ["console"] }],
    ["complete_request", "'😀😀'.toUpperC", { cursor_start: 5, cursor_end: 13, matches: ["toUpperCase"] }],
  ])("%s %s", (type, code, expected) =>
    withBuiltKernel(async (client) => {
      const content = { code, cursor_pos: [...code].length };
      expect((await client.request("shell", type, content).finish()).reply).toMatchObject(expected);
    }),
  );
});

describe("two clients", () => {
  it("get their own replies and questions, and both see all output", () =>
    withBuiltKernel(async (first, kernel) => {
      const second = await kernel.connect();
      const code = `console.log("hello", await input("who?"))`;
      for (const [n, client] of [first, second, first].entries()) {
        const cell = client.execute(code, { allowStdin: true });
        await cell.recvStart(code, n + 1);
        client.reply(await cell.recvInputRequest({ prompt: "who?", password: false }), String(n));
        await cell.recvStream("stdout", `hello ${n}\n`);
        await cell.recvEnd();
      }
      let seen = "";
      while (!seen.includes("hello 0"))
        seen += (await second.others.take("output of the first")).content.text ?? "";
      while (!seen.includes("hello 1"))
        seen += (await first.others.take("output of the second")).content.text ?? "";
    }));
});

describe("comms", () => {
  const bytes = (buffers: readonly Uint8Array[]) => buffers.map((buffer) => [...buffer]);

  it("of a client reach the cell that registered the target, and buffers go both ways", () =>
    withBuiltKernel(async (client) => {
      const code = `comms.register("echo", (comm, open) => {
  comm.send({ opened: open.content.data });
  comm.onMessage(m => comm.send(m.content.data, { buffers: [...m.buffers].reverse() }));
  comm.onClose(m => console.log("closed", m.content.data))
})`;
      await client.execute(code).finish();
      const open = client.request("shell", "comm_open", { comm_id: "c", target_name: "echo", data: 1 });
      await open.recvBusy();
      expect((await open.recv("comm_msg")).content).toEqual({ comm_id: "c", data: { opened: 1 } });
      await open.recvIdle();
      const buffers = [new Uint8Array([1, 2, 3]), new Uint8Array(0), new Uint8Array([255])];
      const message = client.request("shell", "comm_msg", { comm_id: "c", data: { a: [1] } }, { buffers });
      await message.recvBusy();
      const answer = await message.recv("comm_msg");
      expect(answer.content).toEqual({ comm_id: "c", data: { a: [1] } });
      expect(bytes(answer.buffers)).toEqual([[255], [], [1, 2, 3]]);
      await message.recvIdle();
      const info = await client.request("shell", "comm_info_request", { target_name: "echo" }).finish();
      expect(info.reply).toEqual({ status: "ok", comms: { c: { target_name: "echo" } } });
      const close = client.request("shell", "comm_close", { comm_id: "c", data: "bye" });
      await close.recvBusy();
      await close.recvStream("stdout", "closed bye\n");
      await close.recvIdle();
    }));

  it("of a cell are opened, send and close under that cell", () =>
    withBuiltKernel(async (client) => {
      const code = `const comm = comms.open("mine", { n: 1 }); comm.send(2, { buffers: [new Uint8Array([9])] }); comm.close(3);`;
      const { output } = await client.execute(code).finish();
      expect(output.map(({ type, content }) => [type, content.target_name, content.data])).toEqual([
        ["execute_input", undefined, undefined],
        ["comm_open", "mine", { n: 1 }],
        ["comm_msg", undefined, 2],
        ["comm_close", undefined, 3],
      ]);
      expect(bytes(output[2]?.buffers ?? [])).toEqual([[9]]);
    }));

  it("for a target nobody has are closed", () =>
    withBuiltKernel(async (client) => {
      const open = client.request("shell", "comm_open", { comm_id: "c", target_name: "nobody", data: {} });
      await open.recvBusy();
      expect((await open.recv("comm_close")).content.comm_id).toBe("c");
      await open.recvIdle();
    }));
});

describe("history", () => {
  const ask = (access: object) => ({ raw: true, output: false, session: 0, start: 0, ...access });

  it("is kept from one kernel to the next, by session", async () => {
    const data = mkdtempSync(join(tmpdir(), "history-"));
    const options = { env: { JUPYTER_DATA_DIR: data } };
    await withBuiltKernel(async (client) => {
      for (const code of ["const first = 1;", "first + 1"]) await client.execute(code).finish();
      await client.request("control", "shutdown_request", { restart: true }).finish();
    }, options);
    await withBuiltKernel(async (client) => {
      const read = async (access: object) =>
        (await client.request("shell", "history_request", ask(access)).finish()).reply.history;
      await client.execute("const second = 2;").finish();
      expect(await read({ hist_access_type: "tail", n: 2 })).toEqual([
        [1, 2, "first + 1"],
        [2, 1, "const second = 2;"],
      ]);
      expect(await read({ hist_access_type: "range", session: -1, stop: 2 })).toEqual([
        [1, 1, "const first = 1;"],
      ]);
      expect(await read({ hist_access_type: "range", session: 1, start: 2, output: true })).toEqual([
        [1, 2, ["first + 1", "2"]],
      ]);
      expect(await read({ hist_access_type: "search", pattern: "const *", n: 5 })).toEqual([
        [1, 1, "const first = 1;"],
        [2, 1, "const second = 2;"],
      ]);
    }, options);
    rmSync(data, { recursive: true });
  });
});

describe("restarting", () => {
  it("a kernel that is shut down right after its start ends at once", () =>
    withBuiltKernel(async (client, kernel) => {
      const { reply } = await client.request("control", "shutdown_request", { restart: true }).finish();
      expect(reply).toEqual({ status: "ok", restart: true });
      expect(await kernel.exited).toBe(0);
    }));

  it("tells the other clients", () =>
    withBuiltKernel(async (client, kernel) => {
      const other = await kernel.connect();
      expect(textOf(await client.execute("console.log(1)").finish(), "stdout")).toBe("1\n");
      await client.request("control", "shutdown_request", { restart: false }).finish();
      let message = await other.others.take("shutdown_reply");
      while (message.type !== "shutdown_reply") message = await other.others.take("shutdown_reply");
      expect(message.content).toEqual({ status: "ok", restart: false });
    }));
});
