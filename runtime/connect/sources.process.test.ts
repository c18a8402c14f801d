import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { WebSocketServer } from "ws";
import type { DStream, StreamingContext as StreamingContextType } from "../index.js";

// The built library, as a program would import it: its threads are dist/engine.js and dist/task.js.
const { Receiver, SparkContext, StreamingContext }: typeof import("../index.js") = await import(
  "../../dist/index.js" as string
);

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Runs a stream on threads until it has given so many records, and gives them. */
async function firstRecords<T>(
  count: number,
  streamOf: (ssc: StreamingContextType) => DStream<T>,
  send: () => void = () => undefined,
): Promise<T[]> {
  const sc = new SparkContext({ workers: 2 });
  closing.push(() => sc.stop());
  const ssc = new StreamingContext(sc, 20);
  const seen: T[] = [];
  streamOf(ssc).foreachRDD(async (rdd) => {
    seen.push(...(await rdd.collect()));
  });
  await ssc.start();
  // Times of files are those of the kernel's last tick: a file may be some milliseconds older than it is.
  await ssc.awaitBatches(1);
  send();
  while (seen.length < count) await ssc.awaitBatches(1);
  await ssc.stop(true);
  return seen.slice(0, count);
}

const portOf = (server: { address(): unknown }) => (server.address() as AddressInfo).port;

test("server-sent events are received in the engine's thread", async () => {
  const server = createHttpServer((_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" }).write("data: a\n\ndata: b\n\n");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${portOf(server)}/`;
  const data = (ssc: StreamingContextType) => ssc.sseStream(url).map((event) => event.data);
  expect(await firstRecords(2, data)).toEqual(["a", "b"]);
});

test("so are the messages of a WebSocket", async () => {
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
  await new Promise((resolve) => server.once("listening", resolve));
  server.on("connection", (socket) => {
    socket.send("a");
    socket.send("b");
  });
  closing.push(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  const messages = (ssc: StreamingContextType) => ssc.webSocketStream(`ws://127.0.0.1:${portOf(server)}/`);
  expect(await firstRecords(2, messages)).toEqual(["a", "b"]);
});

test("a filter of files runs in the engine's thread, with what it captures", async () => {
  const folder = mkdtempSync(join(tmpdir(), "millrace-stream-"));
  closing.push(() => rmSync(folder, { recursive: true }));
  const ending = ".txt";
  const put = () => {
    for (const name of ["a.txt", "b.csv"]) {
      writeFileSync(join(folder, `.${name}`), `of ${name}\n`);
      renameSync(join(folder, `.${name}`), join(folder, name));
    }
  };
  const lines = await firstRecords(1, (ssc) => ssc.fileStream(folder, (path) => path.endsWith(ending)), put);
  expect(lines).toEqual(["of a.txt"]);
});

test("a receiver stores from the program, and a converter makes records of a socket's bytes there", async () => {
  class Counting extends Receiver<number> {
    async onStart(): Promise<void> {
      await this.storeAll([1, 2, 3]);
    }
    onStop(): void {
      // Nothing goes on.
    }
  }
  expect(await firstRecords(3, (ssc) => ssc.receiverStream(new Counting()))).toEqual([1, 2, 3]);

  const server = createServer((socket) => socket.on("error", () => undefined).end(Uint8Array.of(7, 8)));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => server.close());
  const bytes = (ssc: StreamingContextType) =>
    ssc.socketStream("127.0.0.1", portOf(server), async function* (chunks) {
      for await (const chunk of chunks) yield* chunk;
    });
  expect(await firstRecords(2, bytes)).toEqual([7, 8]);
});

test("a transform and a rolling window work across the threads", async () => {
  const means = (ssc: StreamingContextType) =>
    ssc
      .rateStream(200)
      .transform((rdd, time) => rdd.filter(({ value }) => value % 2 === 0 && time.ms > 0))
      .map(({ value }) => value)
      .rolling(2)
      .mean();
  expect(await firstRecords(4, means)).toEqual([0, 1, 3, 5]);
});
