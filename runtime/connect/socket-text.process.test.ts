import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { lines } from "../operators/lines.js";
import { blockText, type LineBlock } from "../rows/lines.js";
import { SystemClock } from "../time/clock.js";
import { SocketTextSource } from "./socket-text.js";

const closing: (() => void)[] = [];

afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function listen(port = 0): Promise<{ server: Server; port: number; next(): Promise<Socket> }> {
  const server = createServer();
  const waiting: Socket[] = [];
  server.on("connection", (socket) => waiting.push(socket));
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const close = () => {
    for (const socket of waiting) socket.destroy();
    server.close();
  };
  closing.push(close);
  const next = async (): Promise<Socket> => {
    if (waiting.length === 0) await once(server, "connection");
    return waiting.shift() as Socket;
  };
  return { server, port: (server.address() as AddressInfo).port, next };
}

function openSource(port: number): SocketTextSource {
  const source = new SocketTextSource({ host: "127.0.0.1", port, clock: new SystemClock(), tasks: 2 });
  closing.push(() => source.close());
  source.open();
  return source;
}

/** Waits until the source says so; the test's own time limit is the deadline. */
async function until(fact: () => boolean): Promise<void> {
  while (!fact()) await new Promise((resolve) => setImmediate(resolve));
}

function takenLines(source: SocketTextSource): string[] {
  const { rdd } = source.take(0, Number.POSITIVE_INFINITY);
  if (rdd?.op !== lines.name) throw new Error(`lines are wanted, not ${rdd?.op}`);
  return (rdd.params as LineBlock[][]).flat().flatMap((block) => blockText(block).split("\n").slice(0, -1));
}

describe("a socket text source", () => {
  test("gives whole lines to each batch, whatever the sender's chunks", async () => {
    const { port, next } = await listen();
    const source = openSource(port);
    const sender = await next();
    const text = Buffer.from("eins\nzwölf\ndrei");
    for (const byte of text) sender.write(Uint8Array.of(byte));
    await until(() => source.status().records === 2);
    expect(takenLines(source)).toEqual(["eins", "zwölf"]);
    expect(takenLines(source)).toEqual([]);
    sender.write("ßig\n");
    await until(() => source.status().records === 3);
    expect(takenLines(source)).toEqual(["dreißig"]);
    expect(source.status()).toMatchObject({
      state: "connected",
      pending: 0,
      what: `socket 127.0.0.1:${port}`,
    });
  });

  test("connects again after the sender is gone, and loses no whole line", async () => {
    const first = await listen();
    const source = openSource(first.port);
    const sender = await first.next();
    sender.end("a\nb");
    await until(() => source.status().state === "retrying");
    expect(source.status().reason).toMatch(/^the sender closed the connection; next attempt 0\.25 s later$/);
    const again = await first.next();
    again.write("c\n");
    await until(() => source.status().records === 3);
    expect(takenLines(source)).toEqual(["a", "b", "c"]);
  });

  test("says what is wrong while nothing listens, and receives once something does", async () => {
    const reserved = await listen();
    reserved.server.close();
    await once(reserved.server, "close");
    const source = openSource(reserved.port);
    await until(() => source.status().state === "retrying");
    expect(source.status().reason).toMatch(
      /^127\.0\.0\.1:\d+: nothing listens there \(ECONNREFUSED\); next attempt/,
    );
    const { next } = await listen(reserved.port);
    (await next()).write("late\n");
    await until(() => source.status().records === 1);
    expect(takenLines(source)).toEqual(["late"]);
  });

  test("says that lines were cut off which were too long", async () => {
    const { port, next } = await listen();
    const source = openSource(port);
    (await next()).write(`${"x".repeat(17 << 20)}\nshort\n`);
    await until(() => source.status().records === 2);
    expect(takenLines(source).map((line) => line.length)).toEqual([16 << 20, 5]);
    const reason = "1 line was longer than 16 MiB and cut off there";
    expect(source.status()).toMatchObject({ state: "connected", reason });
  });

  test("receives nothing after close, and keeps what came before", async () => {
    const { port, next } = await listen();
    const source = openSource(port);
    (await next()).write("kept\n");
    await until(() => source.status().records === 1);
    source.close();
    expect(source.status().state).toBe("stopped");
    expect(takenLines(source)).toEqual(["kept"]);
  });
});
