import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test, vi } from "vitest";
import { Delivery, receive, type Watch } from "./data-node.js";
import { HdfsAway } from "./hdfs-away.js";
import { DataNodeFault } from "./remote-fault.js";

const closing: (() => void)[] = [];
afterEach(() => {
  vi.useRealTimers();
  for (const close of closing.splice(0)) close();
});

async function dataNode(answer: RequestListener): Promise<URL> {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
}

const PURPOSE = { what: "create", where: "hdfs://n/a" };

/** The NameNode is there. */
const WATCH: Watch = { silentMs: 20_000, look: async () => undefined };

async function written(location: URL): Promise<unknown> {
  const delivery = new Delivery(location, "PUT", PURPOSE, WATCH, 201);
  try {
    await delivery.write(Buffer.from("x"));
    await delivery.end();
    return "written";
  } catch (error) {
    return error;
  }
}

test.each([
  ["EOFException", "Unexpected EOF while trying to read response from server"],
  ["IOException", "Unable to create new block."],
  ["IOException", "Could not get block locations. Source file: /a"],
])("what fails between DataNodes is no fault of the file: %s: %s", async (exception, message) => {
  const location = await dataNode((request, response) => {
    request.resume();
    response.writeHead(500).end(JSON.stringify({ RemoteException: { exception, message } }));
  });
  const fault = await written(location);
  expect(fault).toBeInstanceOf(DataNodeFault);
  expect(fault).toMatchObject({ message: `${location.host}: ${message} (${exception})`, reached: true });
});

test("a file that an earlier attempt, of a DataNode that stood still, put another one in the place of is begun anew", async () => {
  const message = "File does not exist: /a (inode 7) Holder DFSClient_1 does not have any open files.";
  const location = await dataNode((request, response) => {
    request.resume();
    const said = { exception: "FileNotFoundException", message };
    response.writeHead(404).end(JSON.stringify({ RemoteException: said }));
  });
  expect(await written(location)).toMatchObject({ name: "DataNodeFault", reached: true });
});

test("what is wrong with the file is", async () => {
  const said = { exception: "DSQuotaExceededException", message: "The DiskSpace quota of / is exceeded" };
  const location = await dataNode((request, response) => {
    request.resume();
    response.writeHead(403).end(JSON.stringify({ RemoteException: said }));
  });
  expect(await written(location)).toMatchObject({
    code: "RT_FILE",
    message: "cannot create hdfs://n/a: the quota of space is used up (DSQuotaExceededException)",
  });
});

/** Advances the timers while what waits for the network goes on. */
async function laterBy(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
  await new Promise((resolve) => setImmediate(resolve));
}

test("a program may take as long as it likes between two pieces of a file; a DataNode that is to answer may not", async () => {
  let got = "";
  const location = await dataNode((request) => {
    request.on("data", (text) => {
      got += text;
    });
  });
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const delivery = new Delivery(location, "PUT", PURPOSE, WATCH, 201);
  await delivery.write(Buffer.from("a"));
  await laterBy(60_000);
  await delivery.write(Buffer.from("b"));
  while (got !== "ab") await laterBy(0);
  const ended = delivery.end().catch((error: unknown) => error);
  await laterBy(20_000);
  expect(await ended).toMatchObject({
    name: "DataNodeFault",
    message: `${location.host} was silent for 20 s when it was to create`,
  });
});

test("so with what is read", async () => {
  const location = await dataNode((_request, response) => {
    response.writeHead(200, { "content-length": 8 }).write("half");
  });
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const purpose = { what: "read", where: "hdfs://n/a" };
  const chunks = receive(location, 8, purpose, WATCH, new AbortController().signal);
  expect(String((await chunks.next()).value)).toBe("half");
  await laterBy(60_000);
  const rest = chunks.next().catch((error: unknown) => error);
  await laterBy(20_000);
  expect(await rest).toMatchObject({
    name: "DataNodeFault",
    message: `${location.host} was silent for 20 s when it was to read`,
  });
});

test("a DataNode that is silent since the NameNode is away is not blamed", async () => {
  const location = await dataNode((request) => request.resume());
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const away = new HdfsAway("the NameNode is away");
  const watch: Watch = { silentMs: 20_000, look: () => Promise.reject(away) };
  const delivery = new Delivery(location, "PUT", PURPOSE, watch, 201);
  const ended = delivery.end().catch((error: unknown) => error);
  await laterBy(1000);
  expect(await ended).toBe(away);
});
