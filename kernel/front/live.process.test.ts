import { describe, expect, it } from "vitest";
import { LIVE_MIME } from "../port/live.js";
import type { Exchange } from "../testing/exchange.js";
import { textOf } from "../testing/exchange.js";
import type { FrontEnd } from "../testing/front-end.js";
import { withEcho } from "../testing/with-echo.js";

/** Opens a comm for a display, as the plugin does when it draws it. */
function watch(client: FrontEnd, comm: string, display = "plot"): Exchange {
  return client.request("shell", "comm_open", {
    comm_id: comm,
    target_name: "millrace.live",
    data: { display },
  });
}

async function snapshotOf(watching: Exchange): Promise<unknown> {
  await watching.recvBusy();
  const { content } = await watching.recv("comm_msg");
  await watching.recvIdle();
  return content;
}

const rows = (...numbers: number[]) => numbers.map((n) => ({ n }));

async function showPlot(client: FrontEnd): Promise<Exchange> {
  const cell = client.execute("live plot");
  await cell.recvStart("live plot", 1);
  const { data, transient } = await cell.recvDisplay("display_data");
  expect(transient).toEqual({ display_id: "plot" });
  expect(data).toMatchObject({
    [LIVE_MIME]: { display: "plot", rows: rows(0) },
    "application/vnd.vegalite.v5+json": { datasets: { rows: rows(0) } },
    "image/svg+xml": expect.stringMatching(/<svg .*<title>chart: 0; streaming<\/title>\[{"n":0}\]<\/svg>/),
    "image/png": "aGk=",
    "text/plain": "n\n0\ntick",
  });
  await cell.recvEnd();
  return cell;
}

describe("a live display", () => {
  it("changes at its clients while another cell hangs, under the cell that made it, without an update_display_data", () =>
    withEcho(async (client) => {
      const plot = await showPlot(client);
      expect(await snapshotOf(watch(client, "c1"))).toMatchObject({
        comm_id: "c1",
        data: { type: "snapshot", rows: rows(0), status: { state: "streaming" } },
      });
      const busy = client.execute("change plot 1\nwait");
      await busy.recvStart("change plot 1\nwait", 2);
      expect((await plot.recv("comm_msg")).content).toMatchObject({
        comm_id: "c1",
        data: { type: "change", mode: "append", rows: rows(1) },
      });
      await client.request("control", "interrupt_request", {}).finish();
      await busy.recvError("KeyboardInterrupt", /./);
      await busy.recvErrorReply("KeyboardInterrupt", /./);
      await busy.recvIdle();
    }));

  it("goes on after a page reload: the new page opens a comm and has the rows of now", () =>
    withEcho(async (client, kernel) => {
      await showPlot(client);
      await snapshotOf(watch(client, "before"));
      const closing = client.request("shell", "comm_close", { comm_id: "before", data: {} });
      await closing.recvBusy();
      await closing.recvIdle();
      await client.execute("change plot 1 2 3").finish();
      const reloaded = await kernel.connect();
      expect(await snapshotOf(watch(reloaded, "after"))).toMatchObject({ data: { rows: rows(1, 2, 3) } });
    }));

  it("passes the commands of its buttons to the extension while a cell runs", () =>
    withEcho(async (client) => {
      await showPlot(client);
      await snapshotOf(watch(client, "c1"));
      const press = { comm_id: "c1", data: { type: "command", command: "stop" } };
      const pressed = client.request("shell", "comm_msg", press);
      await pressed.recvBusy();
      await pressed.recvIdle();
      // By another pipe than cells.
      const commands = async () => textOf(await client.execute("commands").finish(), "stdout");
      await expect.poll(commands).toContain('{"type":"liveCommand","display":"plot","command":"stop"}');
    }));

  it("that is unknown, as after a restart, is answered `gone`", () =>
    withEcho(async (client) => {
      expect(await snapshotOf(watch(client, "c1", "from before"))).toMatchObject({ data: { type: "gone" } });
      const { reply } = await client.request("shell", "comm_info_request", {}).finish();
      expect(reply.comms).toEqual({});
    }));

  it("gets its final picture when it is closed and nobody watches", () =>
    withEcho(async (client) => {
      await showPlot(client);
      const closing = client.execute("change plot 5\nclose plot");
      // Under the cell that runs now, which is all that nbclient hears; perhaps after its end.
      const { output } = await closing.finish();
      const update = output.find(({ type }) => type === "update_display_data");
      const { data } = (update ?? (await closing.recv("update_display_data"))).content;
      expect(data).toMatchObject({ [LIVE_MIME]: { rows: rows(0, 5), status: { state: "stopped" } } });
    }));

  it("gets its final picture before the cell ends, however late the message comes that closes it", () =>
    withEcho(async (client) => {
      await showPlot(client);
      await client.execute("live button").finish();
      await snapshotOf(watch(client, "c1", "button"));
      const code = "hold\nchange plot 5\nclose plot\nheld";
      const closing = client.execute(code);
      await closing.recvStart(code, 3);
      await closing.recvStream("stdout", "held\n");
      const press = { comm_id: "c1", data: { type: "command", command: "let go" } };
      const pressed = client.request("shell", "comm_msg", press);
      await pressed.recvBusy();
      await pressed.recvIdle();
      await closing.recvBusy(); // said again
      const { data } = await closing.recvDisplay("update_display_data");
      expect(data).toMatchObject({ [LIVE_MIME]: { rows: rows(0, 5), status: { state: "stopped" } } });
      await closing.recvEnd();
    }));

  it("has failed when the evaluator ends", () =>
    withEcho(async (client) => {
      const plot = await showPlot(client);
      await snapshotOf(watch(client, "c1"));
      await client.execute("exit 1").finish();
      expect((await plot.recv("comm_msg")).content).toMatchObject({ data: { status: { state: "failed" } } });
      const { data } = (await plot.recv("comm_msg")).content;
      expect(data).toMatchObject({ type: "final", data: { [LIVE_MIME]: { status: { state: "failed" } } } });
    }));
});
