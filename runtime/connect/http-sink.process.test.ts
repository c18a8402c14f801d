/** What is posted to a real server that takes it, or does not. */

import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { HttpSinkWriter, type HttpWriting } from "./http-sink.js";

interface Post {
  headers: IncomingHttpHeaders;
  text: string;
}

let server: Server | undefined;
afterEach(() => server?.close());

/** A server that answers with these statuses in turn, and with 200 from then on. */
async function serving(...statuses: number[]): Promise<{ url: string; posts: Post[] }> {
  const posts: Post[] = [];
  server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    posts.push({ headers: request.headers, text });
    response.writeHead(statuses.shift() ?? 200).end("no room for it");
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/in?token=secret`, posts };
}

const batch = { id: "run-1000", run: "run", timeMs: 1000 };

function writer(url: string, more: Partial<HttpWriting> = {}) {
  const writing = { url, headers: {}, maxRecords: 2, timeoutMs: 5000, ...more };
  const blame = (error: unknown): never => {
    throw error;
  };
  const signal = new AbortController().signal;
  return new HttpSinkWriter(
    writing,
    batch,
    { index: 3, count: 4 },
    (rows) => JSON.stringify(rows),
    blame,
    signal,
  );
}

test("records are posted some at a time, each request with the batch and a key of its own", async () => {
  const { url, posts } = await serving();
  const sink = writer(url, { headers: { authorization: "Bearer x" } });
  await sink.write(["a", "b", "c", "d", "e"]);
  await sink.commit();
  expect(posts.map(({ text }) => text)).toEqual(['["a","b"]', '["c","d"]', '["e"]']);
  expect(posts.map(({ headers }) => headers["idempotency-key"])).toEqual([
    "run-1000/3/0",
    "run-1000/3/1",
    "run-1000/3/2",
  ]);
  expect(posts[0]?.headers).toMatchObject({
    authorization: "Bearer x",
    "content-type": "application/json",
    "millrace-batch": "run-1000",
    "millrace-batch-time": "1000",
  });
});

test("a request that is not taken for now is made again, the same", async () => {
  const { url, posts } = await serving(503, 429);
  const sink = writer(url);
  await sink.write(["a"]);
  await sink.commit();
  expect(posts.map(({ headers, text }) => [headers["idempotency-key"], text])).toEqual(
    Array(3).fill(["run-1000/3/0", '["a"]']),
  );
});

test("one that is refused is told at once, without what may be secret in the URL", async () => {
  const { url, posts } = await serving(400);
  const sink = writer(url);
  await sink.write(["a"]);
  await expect(sink.commit()).rejects.toThrow(
    /^cannot post to http:\/\/127\.0\.0\.1:\d+\/in: it answers 400 Bad Request: no room for it$/,
  );
  expect(posts).toHaveLength(1);
});

test("a server that is not there is told after some attempts", async () => {
  const { url } = await serving();
  server?.close();
  const sink = writer(url);
  await sink.write(["a"]);
  await expect(sink.commit()).rejects.toThrow(
    /^cannot post to .*\/in, asked 5 times; the last time: it cannot be reached: nothing listens there \(ECONNREFUSED\)$/,
  );
});
