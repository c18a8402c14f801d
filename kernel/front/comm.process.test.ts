import { describe, expect, it } from "vitest";
import type { FrontEnd } from "../testing/front-end.js";
import { withEcho } from "../testing/with-echo.js";

const open = (client: FrontEnd, comm: string, target: string) =>
  client.request("shell", "comm_open", { comm_id: comm, target_name: target, data: {} });

async function commsOf(client: FrontEnd, content = {}): Promise<unknown> {
  return (await client.request("shell", "comm_info_request", content).finish()).reply.comms;
}

describe("comms", () => {
  it("of a client go to the notebook's code, whose answers have the message as their parent and come before its idle", () =>
    withEcho(async (client) => {
      await client.execute("target t").finish();
      const opening = open(client, "c", "t");
      await opening.recvBusy();
      await opening.recvIdle();
      const buffers = [new Uint8Array([1, 2]), new Uint8Array(100_000)];
      const message = client.request("shell", "comm_msg", { comm_id: "c", data: { n: 1 } }, { buffers });
      await message.recvBusy();
      const answer = await message.recv("comm_msg");
      expect(answer.content).toEqual({ comm_id: "c", data: { n: 1 } });
      expect(answer.buffers.map((buffer) => buffer.length)).toEqual([2, 100_000]);
      await message.recvIdle();
      expect(await commsOf(client)).toEqual({ c: { target_name: "t" } });
      const closing = client.request("shell", "comm_close", { comm_id: "c", data: {} });
      await closing.recvBusy();
      await closing.recvIdle();
      expect(await commsOf(client)).toEqual({});
    }));

  it("for a target nobody has are closed", () =>
    withEcho(async (client) => {
      const opening = open(client, "c", "nobody");
      await opening.recvBusy();
      expect((await opening.recv("comm_close")).content).toEqual({ comm_id: "c", data: {} });
      await opening.recvIdle();
      expect(await commsOf(client)).toEqual({});
    }));

  it("may be opened right after the cell that makes their target, without waiting for it", () =>
    withEcho(async (client) => {
      const cell = client.execute("target t");
      const opening = open(client, "c", "t");
      const message = client.request("shell", "comm_msg", { comm_id: "c", data: 1 });
      await cell.finish();
      await opening.recvBusy();
      await opening.recvIdle();
      await message.recvBusy();
      expect((await message.recv("comm_msg")).content.data).toBe(1);
      await message.recvIdle();
    }));

  it("of the notebook's code are opened at all clients, and listed by target", () =>
    withEcho(async (client) => {
      const cell = client.execute("open t\nopen u");
      await cell.recvStart("open t\nopen u", 1);
      const opened = { comm_id: "from-t", target_name: "t", data: { hello: "t" } };
      expect((await cell.recv("comm_open")).content).toEqual(opened);
      await cell.recv("comm_open");
      await cell.recvEnd();
      expect(await commsOf(client, { target_name: "u" })).toEqual({ "from-u": { target_name: "u" } });
    }));
});
