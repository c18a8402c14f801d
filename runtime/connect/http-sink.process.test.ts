/** What is posted to a real server that takes it, or does not. */

import { once } from "node:events";
import { readFileSync } from "node:fs";
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { afterEach, expect, test } from "vitest";
import { testCertificate } from "../../kernelspec/testing/test-certificate.js";
import { type HttpBody, HttpSinkWriter, type HttpWriting } from "./http-sink.js";

interface Post {
  method: string | undefined;
  headers: IncomingHttpHeaders;
  text: string;
}

let server: Server | undefined;
afterEach(() => {
  server?.close();
  server?.closeAllConnections();
});

/** A server that answers with these statuses in turn, and with 200 from then on. */
function serving(...statuses: number[]): Promise<{ url: string; posts: Post[] }> {
  return answering((response) => response.writeHead(statuses.shift() ?? 200).end("no room for it"));
}

async function answering(
  answer: (response: ServerResponse, post: Post) => unknown,
): Promise<{ url: string; posts: Post[] }> {
  const posts: Post[] = [];
  server = createServer(async (request, response) => {
    const text = await bodyOf(request);
    if (text === undefined) return;
    const post = { method: request.method, headers: request.headers, text };
    posts.push(post);
    answer(response, post);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/in?token=secret`, posts };
}

/** Undefined when the client has given it up. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  let body = "";
  try {
    for await (const chunk of request) body += chunk;
  } catch (error) {
    if (request.destroyed) return undefined;
    throw error;
  }
  return body;
}

const batch = { id: "run-1000", run: "run", timeMs: 1000 };

function writer(
  url: string,
  more: Partial<HttpWriting> = {},
  body: HttpBody = (rows) => JSON.stringify(rows),
) {
  const writing = { url, headers: {}, maxRecords: 2, timeoutMs: 5000, ...more };
  const blame = (error: unknown): never => {
    throw error;
  };
  const signal = new AbortController().signal;
  return new HttpSinkWriter(writing, batch, { index: 3, count: 4 }, body, blame, signal);
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

test("a header of one's own takes the place of the usual one, however its name is written", async () => {
  const { url, posts } = await serving();
  const sink = writer(url, { headers: { "Content-Type": "text/csv" } });
  await sink.write(["a"]);
  await sink.commit();
  expect(posts[0]?.headers["content-type"]).toBe("text/csv");
});

test("a second output to the same server has keys of its own: in a batch it posts other records", async () => {
  const { url, posts } = await serving();
  const sink = writer(url, { output: 1 });
  await sink.write(["a"]);
  await sink.commit();
  expect(posts[0]?.headers).toMatchObject({
    "millrace-batch": "run-1000",
    "idempotency-key": "run-1000/3/0/2",
  });
});

test.each([[undefined], [{ a: 1 }], [Promise.resolve("a")]])(
  "what is neither text nor bytes is refused, not posted: %o",
  async (body) => {
    const { url, posts } = await serving();
    const sink = writer(url, {}, () => body as unknown as string);
    await sink.write(["a"]);
    await expect(sink.commit()).rejects.toThrow(
      /^what is posted is a text or bytes \(Uint8Array\), and `body` gave /,
    );
    expect(posts).toEqual([]);
  },
);

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

test("a server that says when it is to be asked again is left alone until then, by seconds or by a date", async () => {
  const retryAfter = ["1", new Date(Date.parse("2026-01-01T00:00:01Z")).toUTCString()];
  const times: number[] = [];
  const { url } = await answering((response) => {
    times.push(performance.now());
    const after = retryAfter.shift();
    if (after === undefined) response.end();
    else response.writeHead(429, { "retry-after": after, date: "Thu, 01 Jan 2026 00:00:00 GMT" }).end();
  });
  const sink = writer(url);
  await sink.write(["a"]);
  await sink.commit();
  const [first = 0, second = 0, third = 0] = times;
  expect(second - first).toBeGreaterThan(990);
  expect(third - second).toBeGreaterThan(990);
});

test.each([301, 302, 303, 307, 308])(
  "a redirection (%d) is not followed, since what it leads to may take nothing",
  async (status) => {
    const { url, posts } = await answering((response, { method }) => {
      if (method === "POST") response.writeHead(status, { location: "/elsewhere?key=secret" }).end();
      else response.end();
    });
    const sink = writer(url);
    await sink.write(["a"]);
    await expect(sink.commit()).rejects.toThrow(
      new RegExp(`/in: it answers ${status} [A-Za-z ]+, and names /elsewhere: give the URL that takes them$`),
    );
    expect(posts).toHaveLength(1);
  },
);

test("a server that is silent is told of by its time limit", async () => {
  const { url, posts } = await answering(() => undefined);
  const sink = writer(url, { timeoutMs: 50 });
  await sink.write(["a"]);
  await expect(sink.commit()).rejects.toThrow(
    /\/in, asked 5 times; the last time: it did not answer within 50 ms$/,
  );
  // It may have been given up before the server has read it.
  expect(posts.length).toBeLessThanOrEqual(5);
});

test("of a huge answer only the beginning is read", async () => {
  let written = 0;
  const huge = async (response: ServerResponse, status: number) => {
    response.writeHead(status);
    const chunk = "x".repeat(1 << 20);
    for (; written < 1 << 30 && !response.destroyed; written += chunk.length)
      if (!response.write(chunk)) await Promise.race([once(response, "drain"), once(response, "close")]);
  };
  const statuses = [200, 400];
  const { url } = await answering((response) => huge(response, statuses.shift() ?? 200));
  const sink = writer(url, { maxRecords: 1 });
  await sink.write(["taken"]);
  await expect(sink.write(["refused"])).rejects.toThrow(/it answers 400 Bad Request: x{200}$/);
  expect(written).toBeLessThan(64 << 20);
});

test("what is no HTTP, or no TLS, and a certificate that nobody knows are told of, the latter two at once", async () => {
  const other = createTcpServer((socket) => socket.end("SSH-2.0-OpenSSH_9.2\r\n"));
  await once(other.listen(0, "127.0.0.1"), "listening");
  const port = (other.address() as AddressInfo).port;
  const plain = await serving();
  const { path, password } = testCertificate().keyStore;
  const tls = createTlsServer({ pfx: readFileSync(path), passphrase: password }, (_, response) =>
    response.end(),
  );
  await once(tls.listen(0, "127.0.0.1"), "listening");
  const secure = `https://127.0.0.1:${(tls.address() as AddressInfo).port}/`;
  const failure = async (url: string) => {
    const sink = writer(url);
    await sink.write(["a"]);
    return sink.commit().then(
      () => "taken",
      ({ message }: Error) => message,
    );
  };
  const [ssh, noTls, unknown] = await Promise.all([
    failure(`http://127.0.0.1:${port}/`),
    failure(plain.url.replace("http:", "https:")),
    failure(secure),
  ]);
  other.close();
  tls.close();
  expect(ssh).toMatch(/asked 5 times.*what answers does not speak HTTP/);
  expect(noTls).toMatch(
    /^cannot post to https:[^,]*: it cannot be reached: it does not speak TLS; write http: in place of https:/,
  );
  expect(unknown).toMatch(
    /^cannot post to https:[^,]*: it cannot be reached: its certificate is signed by nobody who is known here/,
  );
  expect(plain.posts).toEqual([]);
});
