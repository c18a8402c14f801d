import { once } from "node:events";
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { WebSocketServer } from "ws";
import type { LineBlock } from "../rows/lines.js";
import { SystemClock } from "../time/clock.js";
import { HttpPollSource } from "./http-poll.js";
import { RawSocketSource } from "./raw-socket.js";
import { SocketTextSource } from "./socket-text.js";
import type { Source } from "./source.js";
import { SseSource } from "./sse.js";
import { WebSocketSource } from "./web-socket.js";

const closing: (() => void)[] = [];

afterEach(() => {
  for (const close of closing.splice(0).reverse()) close();
});

const clock = new SystemClock();
const ALL = Number.POSITIVE_INFINITY;

/** Waits until it is so; the test's own time limit is the deadline. */
async function until(fact: () => boolean): Promise<void> {
  while (!fact()) await new Promise((resolve) => setImmediate(resolve));
}

function opened<S extends Source>(source: S): S {
  closing.push(() => source.close());
  source.open();
  return source;
}

/** The records of a batch of a source that buffers records. */
function taken(source: Source, limit = ALL): unknown[] {
  const rows = source.take(0, limit).rdd?.params as ArrayLike<unknown>[];
  return rows.flatMap((column) => Array.from(column));
}

async function listening(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** A TCP server, and the next client that connects to it. */
async function tcp() {
  const server = createServer();
  const clients: Socket[] = [];
  server.on("connection", (socket) => {
    socket.on("error", () => undefined);
    clients.push(socket);
    closing.push(() => socket.destroy());
  });
  const port = await listening(server);
  return {
    port,
    next: async () => {
      await until(() => clients.length > 0);
      return clients.shift() as Socket;
    },
  };
}

/** An HTTP server, and what it was asked. */
async function http(answer: (request: IncomingMessage, response: ServerResponse, nth: number) => void) {
  const requests: IncomingMessage[] = [];
  const server = createHttpServer((request, response) => {
    requests.push(request);
    answer(request, response, requests.length);
  });
  const port = await listening(server);
  closing.push(() => server.closeAllConnections());
  return { url: `http://127.0.0.1:${port}/`, requests };
}

describe("server-sent events", () => {
  const EVENTS = { "content-type": "text/event-stream" };

  test("are records, and after a cut the server is asked for what comes after the last", async () => {
    const { url, requests } = await http((_request, response, nth) => {
      response.writeHead(200, EVENTS);
      if (nth === 1) response.end("retry: 1\nid: 41\nevent: tick\ndata: größer\n\n");
      else response.write(`id: 42\ndata: request ${nth}\n\n`);
    });
    const source = opened(new SseSource({ url, headers: { "x-key": "k" }, clock, tasks: 1 }));
    await until(() => source.status().records === 2);
    expect(taken(source)).toEqual([
      { type: "tick", data: "größer", lastEventId: "41" },
      { type: "message", data: "request 2", lastEventId: "42" },
    ]);
    expect(requests.map(({ headers }) => [headers["x-key"], headers["last-event-id"]])).toEqual([
      ["k", undefined],
      ["k", "41"],
    ]);
    expect(source.status()).toMatchObject({ state: "connected", reason: "", pending: 0 });
  });

  test.each<[what: string, status: number, type: string, reason: RegExp]>([
    [
      "an error",
      503,
      "text/plain",
      /the server answered 503 Service Unavailable; next attempt 0\.25 s later/,
    ],
    ["another type", 200, "text/html", /the server sends text\/html, not text\/event-stream; next/],
  ])("%s is told, and tried again", async (_what, status, type, reason) => {
    const { url } = await http((_request, response, nth) => {
      if (nth === 1) response.writeHead(status, { "content-type": type }).end();
      else response.writeHead(200, EVENTS).write("data: at last\n\n");
    });
    const source = opened(new SseSource({ url, headers: {}, clock, tasks: 1 }));
    await until(() => source.status().state === "retrying");
    expect(source.status().reason).toMatch(reason);
    await until(() => source.status().records === 1);
  });

  test("an id beyond Latin-1 is told to the server as UTF-8, as the HTML standard says", async () => {
    const { url, requests } = await http((_request, response, nth) => {
      response.writeHead(200, EVENTS);
      if (nth === 1) response.end("retry: 1\nid: 日本-ß\ndata: first\n\n");
      else response.write("data: second\n\n");
    });
    const source = opened(new SseSource({ url, headers: {}, clock, tasks: 1 }));
    await until(() => source.status().records === 2);
    const asked = requests[1]?.headers["last-event-id"];
    expect(Buffer.from(String(asked), "latin1").toString()).toBe("日本-ß");
  });

  test("a server that wants no wait and is away is not asked without one", async () => {
    const { url, requests } = await http((_request, response, nth) => {
      if (nth === 1) response.writeHead(200, EVENTS).end("retry: 0\ndata: first\n\n");
      else response.writeHead(503).end();
    });
    const source = opened(new SseSource({ url, headers: {}, clock, tasks: 1 }));
    await until(() => requests.length === 2 && source.status().state === "retrying");
    await until(() => requests.length === 3 && source.status().state === "retrying");
    expect(source.status().reason).toMatch(/503 Service Unavailable; next attempt 0\.5 s later/);
  });

  test("a server that never ends an event is cut off, and tried again", async () => {
    const { url } = await http((_request, response, nth) => {
      response.writeHead(200, EVENTS);
      if (nth > 1) response.write("data: at last\n\n");
      else for (let i = 0; i < 20; i++) response.write(`data: ${"x".repeat(1 << 20)}\n`);
    });
    const source = opened(new SseSource({ url, headers: {}, clock, tasks: 1 }));
    await until(() => source.status().state === "retrying");
    expect(source.status().reason).toMatch(
      /^an event of more than 16 Mi characters: the server sends something else;/,
    );
    await until(() => source.status().records === 1);
    expect(taken(source)).toEqual([{ type: "message", data: "at last", lastEventId: "" }]);
  });

  test("a key in the URL is shown nowhere", async () => {
    const { url } = await http((_request, response) => response.writeHead(401).end());
    const sources = [
      new SseSource({ url: `${url}?key=secret`, headers: {}, clock, tasks: 1 }),
      new HttpPollSource({ url: `${url}?key=secret`, headers: {}, clock, tasks: 1, intervalMs: 1 }),
      new WebSocketSource({
        url: `${url.replace("http", "ws")}?key=secret`,
        headers: {},
        clock,
        tasks: 1,
        protocols: [],
        greeting: undefined,
      }),
    ];
    for (const source of sources) {
      opened(source);
      await until(() => source.status().state === "retrying");
      expect(source.status().reason).toMatch(/401/);
      expect(JSON.stringify(source.status())).not.toContain("secret");
    }
  });

  test("a name and a password in the URL are told to the server, and shown nowhere", async () => {
    const asked: (string | undefined)[] = [];
    const { url } = await http((request, response) => {
      asked.push(request.headers.authorization);
      response.writeHead(401).end();
    });
    const withPassword = url.replace("://", "://ada:secret@");
    const sources = [
      new SseSource({ url: withPassword, headers: {}, clock, tasks: 1 }),
      new HttpPollSource({ url: withPassword, headers: {}, clock, tasks: 1, intervalMs: 1 }),
    ];
    for (const source of sources) {
      opened(source);
      await until(() => source.status().state === "retrying");
      expect(source.status().reason).toMatch(/401/);
      expect(JSON.stringify(source.status())).not.toContain("secret");
      source.close(); // before it asks again
    }
    const basic = `Basic ${Buffer.from("ada:secret").toString("base64")}`;
    expect(asked).toEqual([basic, basic]);
  });

  test("end for good when the server says so by 204", async () => {
    const { url } = await http((_request, response) => response.writeHead(204).end());
    const source = opened(new SseSource({ url, headers: {}, clock, tasks: 1 }));
    await until(() => source.status().state === "ended");
  });

  test("are read no faster than batches take them: the server has to wait, and nothing is lost", async () => {
    const sent = 20_000;
    let waited = false;
    const { url } = await http(async (_request, response) => {
      response.writeHead(200, EVENTS);
      for (let i = 0; i < sent; i++) {
        if (response.write(`data: ${i} ${"x".repeat(1000)}\n\n`)) continue;
        waited = true;
        await once(response, "drain");
      }
    });
    const limits = { records: 500, bytes: 1e9 };
    const source = opened(new SseSource({ url, headers: {}, clock, tasks: 1, limits }));
    const numbers: number[] = [];
    let most = 0;
    while (numbers.length < sent) {
      await until(() => source.status().pending > 0);
      most = Math.max(most, source.status().pending);
      for (const { data } of taken(source, 100) as { data: string }[])
        numbers.push(Number.parseInt(data, 10));
    }
    expect(numbers).toEqual(Array.from({ length: sent }, (_, i) => i));
    expect(waited).toBe(true);
    // One chunk of the connection may come on top.
    expect(most).toBeLessThan(700);
  });
});

describe("a WebSocket", () => {
  async function webSockets() {
    const server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
    await once(server, "listening");
    closing.push(() => {
      for (const client of server.clients) client.terminate();
      server.close();
    });
    return { server, url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/` };
  }
  const options = { headers: {}, protocols: [], greeting: undefined, clock, tasks: 1 };

  test("gives texts and bytes, greets each time it is connected, and connects again", async () => {
    const { server, url } = await webSockets();
    const greetings: string[] = [];
    server.on("connection", (socket) => {
      socket.on("message", (message) => {
        greetings.push(String(message));
        socket.send(`hello ${greetings.length}`);
        socket.send(Uint8Array.of(1, 2));
        if (greetings.length === 1) socket.close();
      });
    });
    const source = opened(new WebSocketSource({ ...options, url, greeting: "subscribe" }));
    await until(() => source.status().records === 4);
    expect(taken(source)).toEqual(["hello 1", Uint8Array.of(1, 2), "hello 2", Uint8Array.of(1, 2)]);
    expect(greetings).toEqual(["subscribe", "subscribe"]);
  });

  test("says what is wrong where a server speaks HTTP only, and with what is no name of a protocol", async () => {
    const { url } = await http((_request, response) => response.writeHead(404).end());
    const where = `${url.replace("http", "ws")}#part`;
    const plain = opened(new WebSocketSource({ ...options, url: where }));
    await until(() => plain.status().state === "retrying");
    expect(plain.status().reason).toMatch(/: the server answered 404: it opens no WebSocket there; next/);
    const strange = opened(new WebSocketSource({ ...options, url: where, protocols: ["a b"] }));
    await until(() => strange.status().state === "retrying");
    expect(strange.status().reason).toMatch(/subprotocol/);
  });

  test("that the server closes is told with its code and reason", async () => {
    const { server, url } = await webSockets();
    server.on("connection", (socket) => socket.close(1008, "no such token"));
    const source = opened(new WebSocketSource({ ...options, url }));
    await until(() => source.status().state === "retrying");
    expect(source.status().reason).toMatch(
      /^the server closed the connection \(1008: no such token\); next attempt 0\.25 s later$/,
    );
  });

  test("says what is wrong while there is no server", async () => {
    const { port } = await tcp();
    closing.splice(0).forEach((close) => {
      close();
    });
    const source = opened(new WebSocketSource({ ...options, url: `ws://127.0.0.1:${port}/` }));
    await until(() => source.status().state === "retrying");
    expect(source.status().reason).toMatch(
      /nothing listens there \(ECONNREFUSED\); next attempt 0\.25 s later/,
    );
  });

  test("is read no faster than batches take its messages, and none is lost", async () => {
    const { server, url } = await webSockets();
    const sent = 5000;
    server.on("connection", (socket) => {
      for (let i = 0; i < sent; i++) socket.send(`${i} ${"x".repeat(2000)}`);
    });
    const limits = { records: 100, bytes: 1e9 };
    const source = opened(new WebSocketSource({ ...options, url, limits }));
    const numbers: number[] = [];
    let most = 0;
    while (numbers.length < sent) {
      await until(() => source.status().pending > 0);
      most = Math.max(most, source.status().pending);
      for (const message of taken(source, 50) as string[]) numbers.push(Number.parseInt(message, 10));
    }
    expect(numbers).toEqual(Array.from({ length: sent }, (_, i) => i));
    expect(most).toBeLessThan(300);
  });
});

describe("an HTTP server that is polled", () => {
  test("gives a record per answer that is new to it", async () => {
    const { url, requests } = await http((request, response, nth) => {
      const version = nth < 3 ? "1" : "2";
      if (request.headers["if-none-match"] === version) response.writeHead(304).end();
      else response.writeHead(200, { etag: version }).end(`version ${version}`);
    });
    const source = opened(new HttpPollSource({ url, headers: {}, clock, tasks: 1, intervalMs: 1 }));
    await until(() => requests.length >= 5);
    expect(taken(source)).toEqual(["version 1", "version 2"]);
  });

  test("is asked again after an error, and the error is shown", async () => {
    const { url } = await http((_request, response, nth) => {
      response.writeHead(nth === 1 ? 500 : 200).end("fine");
    });
    const told: string[] = [];
    const source = opened(
      new HttpPollSource({
        url,
        headers: {},
        clock,
        tasks: 1,
        intervalMs: 1,
        told: (problem) => told.push(problem),
      }),
    );
    await until(() => source.status().records > 0);
    expect(told).toEqual([`${url}: the server answered 500 Internal Server Error`]);
  });
});

describe("a raw socket", () => {
  const framed = (bytes: Uint8Array) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  };

  test("gives a record per block, however the network cuts them", async () => {
    const { port, next } = await tcp();
    const source = opened(new RawSocketSource({ host: "127.0.0.1", port, clock, tasks: 1 }));
    const sender = await next();
    const blocks = [Uint8Array.of(1, 2, 3), new Uint8Array(0), Uint8Array.of(9)];
    for (const byte of Buffer.concat(blocks.map(framed))) sender.write(Uint8Array.of(byte));
    await until(() => source.status().records === 3);
    expect(taken(source)).toEqual(blocks);
  });

  test("that announces too long a block is cut off, with what is wrong", async () => {
    const { port, next } = await tcp();
    const source = opened(new RawSocketSource({ host: "127.0.0.1", port, clock, tasks: 1 }));
    (await next()).write("GET / HTTP/1.1\r\n");
    await until(() => source.status().state === "retrying");
    expect(source.status().reason).toMatch(
      /a block of 1195725856 bytes was announced.*speaks another protocol/,
    );
  });
});

test("who takes each connection and ends it at once is asked ever less often, and told of once, and once when something comes", async () => {
  const { port, next } = await tcp();
  const told: string[] = [];
  const warn = (text: string) => told.push(text);
  const source = opened(new RawSocketSource({ host: "127.0.0.1", port, clock, tasks: 1, warn }));
  let attempts = 0;
  for (; told.length === 0; attempts++) {
    (await next()).write("GET / HTTP/1.1\r\n");
    await until(() => source.status().state === "retrying");
  }
  expect(attempts).toBeLessThan(6); // after 0.25, 0.5, 1 and 2 s
  expect(told).toEqual([expect.stringMatching(/speaks another protocol; it is tried again until it works$/)]);
  (await next()).write(Uint8Array.of(0, 0, 0, 1, 7));
  await until(() => source.status().records === 1);
  expect(told.slice(1)).toEqual([`127.0.0.1:${port} is there`]);
});

test("a fast sender of lines waits for slow batches: what is held is bounded, and no line is lost", async () => {
  const { port, next } = await tcp();
  const maxBufferBytes = 1 << 20;
  const source = opened(new SocketTextSource({ host: "127.0.0.1", port, clock, tasks: 2, maxBufferBytes }));
  const sender = await next();
  const lines = 200_000;
  let waited = 0;
  void (async () => {
    for (let i = 0; i < lines; i += 1000) {
      const block = Array.from({ length: 1000 }, (_, j) => `${i + j} ${"x".repeat(50)}\n`).join("");
      if (sender.write(block)) continue;
      waited += 1;
      await once(sender, "drain");
    }
  })();
  let expected = 0;
  let most = 0;
  while (expected < lines) {
    await until(() => source.status().pending > 0);
    most = Math.max(most, source.status().pending);
    const blocks = source.take(0, 5000).rdd?.params as LineBlock[][];
    for (const { bytes, start, end } of blocks.flat())
      for (const line of Buffer.from(bytes, start, end - start)
        .toString()
        .split("\n")
        .slice(0, -1)) {
        expect(Number.parseInt(line, 10)).toBe(expected);
        expected += 1;
      }
  }
  expect(waited).toBeGreaterThan(0);
  // A line has 52 bytes at least, and a chunk of the connection may come on top.
  expect(most * 52).toBeLessThan(maxBufferBytes + (1 << 18));
});
