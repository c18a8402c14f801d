import { describe, expect, it } from "vitest";
import { withEcho } from "../testing/with-echo.js";

describe("input", () => {
  it.each([
    ["input Name?", { prompt: "Name?", password: false }],
    ["password Key?", { prompt: "Key?", password: true }],
  ])("%s asks the client that ran the cell, and only that one", (code, question) =>
    withEcho(async (client, kernel) => {
      const other = await kernel.connect();
      const cell = client.execute(`before\n${code}`, { allowStdin: true });
      await cell.recvStart(`before\n${code}`, 1);
      await cell.recvStream("stdout", "before\n");
      client.reply(await cell.recvInputRequest(question), "Ada");
      await cell.recvStream("stdout", "Ada\n");
      await cell.recvEnd();
      other.assertNothingLeft();
    }),
  );

  it("is refused with the reason when the client allows none", () =>
    withEcho(async (client) => {
      const cell = client.execute("input Name?");
      await cell.recvStart("input Name?", 1);
      await cell.recvError("Error", /allow_stdin is false/);
      await cell.recvErrorReply("Error", /allow_stdin is false/);
      await cell.recvIdle();
    }));

  it("is given up by an interrupt, and a late answer to it is no answer to the next question", () =>
    withEcho(async (client) => {
      const first = client.execute("input first?", { allowStdin: true });
      await first.recvStart("input first?", 1);
      const question = await first.recvInputRequest({ prompt: "first?", password: false });
      await client.request("control", "interrupt_request", {}).finish();
      await first.recvError("KeyboardInterrupt", /interrupted/);
      await first.recvErrorReply("KeyboardInterrupt", /interrupted/);
      await first.recvIdle();
      const second = client.execute("input second?", { allowStdin: true });
      await second.recvStart("input second?", 2);
      const next = await second.recvInputRequest({ prompt: "second?", password: false });
      client.reply(question, "late");
      client.reply(next, "right");
      await second.recvStream("stdout", "right\n");
      await second.recvEnd();
    }));

  it("takes an answer without a parent, as old clients send it", () =>
    withEcho(async (client) => {
      const cell = client.execute("input ?", { allowStdin: true });
      await cell.recvStart("input ?", 1);
      await cell.recvInputRequest({ prompt: "?", password: false });
      await client.sendRaw("stdin", client.frames("input_reply", { value: "x" }));
      await cell.recvStream("stdout", "x\n");
      await cell.recvEnd();
    }));

  it.each([{ value: ["secret"] }, { status: "ok" }])(
    "is refused when the answer is malformed (%j), which no log quotes",
    (content) =>
      withEcho(async (client, kernel) => {
        const cell = client.execute("password ?", { allowStdin: true });
        await cell.recvStart("password ?", 1);
        await cell.recvInputRequest({ prompt: "?", password: true });
        await client.sendRaw("stdin", client.frames("input_reply", content));
        await cell.recvError("Error", /an input_reply whose `value` is no string/);
        await cell.recvErrorReply("Error", /input_reply/);
        await cell.recvIdle();
        expect(kernel.stderr).not.toContain("secret");
      }),
  );

  it("is refused when the client that ran the cell has gone", () =>
    withEcho(async (client, kernel) => {
      const leaving = await kernel.connect();
      await client.execute("target t").finish();
      const opening = client.request("shell", "comm_open", { comm_id: "c", target_name: "t", data: {} });
      await opening.recvBusy();
      await opening.recvIdle();
      const cell = leaving.execute("message\ninput anybody?", { allowStdin: true });
      await cell.recvStart("message\ninput anybody?", 2);
      await leaving.leave();
      const message = client.request("shell", "comm_msg", { comm_id: "c", data: "go on" });
      await message.recvBusy();
      await message.recv("comm_msg");
      await message.recvIdle();
      let error = "";
      while (error === "") error = String((await client.others.take("the error")).content.evalue ?? "");
      expect(error).toBe("the front end that ran this cell is not connected any more");
    }));
});
