/** What listens where Kafka should: one sentence within ten seconds, and the stream goes on trying. */

import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { createServer, type Server, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inTime, PATIENT } from "../testing/in-time.js";
import { testWarnings } from "../testing/warnings.js";

const { SparkContext, StreamingContext }: typeof import("../../index.js") = await import(
  "../../../dist/index.js" as string
);

let sc: InstanceType<typeof SparkContext>;
beforeAll(() => {
  sc = new SparkContext({ workers: 1 });
});
afterAll(() => sc.stop());

const warnings = testWarnings();

const SPEAKS_ELSE = "is no Kafka, or wants TLS (`ssl: true`): give the port that the brokers listen on";

/** What is no Kafka, and what is told of it. */
const STRANGERS: Readonly<Record<string, { told: string; ssl?: true; server(): Server }>> = {
  "a server of web pages": {
    told: SPEAKS_ELSE,
    server: () => createHttpServer((_, response) => response.end("hello")),
  },
  "a server of web pages, asked by TLS": {
    told: "speaks no TLS: leave `ssl` out",
    ssl: true,
    server: () => createHttpServer((_, response) => response.end("hello")),
  },
  "one that never says a word": {
    told: "does not answer: it hangs, is busy or starting, or what listens there is no Kafka",
    server: () => createServer(),
  },
  "one that never says a word, asked by TLS": {
    told: "does not answer: it hangs, is busy or starting, or what listens there is no Kafka",
    ssl: true,
    server: () => createServer(),
  },
  "one that speaks first, as those of mail do": {
    told: SPEAKS_ELSE,
    server: () => createServer((socket) => socket.write("220 mail.example.org ESMTP ready\r\n")),
  },
  "one that hangs up": {
    told: "cut the connection: it went away, or this is a port for TLS",
    server: () => createServer((socket) => socket.destroy()),
  },
  "one that answers with an empty message": {
    told: SPEAKS_ELSE,
    server: () => createServer((socket) => socket.on("data", () => socket.write(new Uint8Array(4)))),
  },
  "one that begins an answer and leaves it at that": {
    told: "does not answer: it hangs, is busy or starting, or what listens there is no Kafka",
    server: () =>
      createServer((socket) => socket.on("data", () => socket.write(Buffer.from([0, 0, 1, 0, 0, 0])))),
  },
};

describe("at the address of a broker", () => {
  test.each(Object.keys(STRANGERS))("%s is told of", async (name) => {
    const { told, ssl, server: newServer } = STRANGERS[name] ?? raise(name);
    const server = newServer();
    const sockets = new Set<Socket>();
    server.on("connection", (socket) => sockets.add(socket.on("error", () => undefined)));
    await once(server.listen(0, "127.0.0.1"), "listening");
    const brokers = `127.0.0.1:${(server.address() as { port: number }).port}`;
    const ssc = new StreamingContext(sc, 100);
    ssc.kafkaDirectStream({ brokers, topics: "in", ...(ssl && { ssl }) }).foreachRDD(() => undefined);
    await inTime(
      () => ssc.start(),
      () => expect.poll(() => warnings.join("\n"), PATIENT).toContain(told),
    );
    expect(warnings.join("\n")).toContain(brokers);
    expect((await ssc.status())?.inputs[0]).toMatchObject({
      state: "retrying",
      reason: expect.stringMatching(/; next attempt \d\S* s later$/),
    });
    await ssc.stop();
    for (const socket of sockets) socket.destroy();
    server.close();
  });
});

function raise(name: string): never {
  throw new Error(`there is no stranger ${name}`);
}
