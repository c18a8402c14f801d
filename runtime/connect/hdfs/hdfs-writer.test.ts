import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { WebHdfs } from "./web-hdfs.js";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/**
 * A NameNode and its DataNodes, of which as many attempts fail as are given, after they took the bytes.
 * @returns a client of it, and what it was asked for
 */
async function cluster(failures: number) {
  const asked: string[] = [];
  const names: string[] = [];
  /** What was made up at random, in its order. */
  const ordinal = (name: string) => {
    if (!names.includes(name)) names.push(name);
    return String(names.indexOf(name) + 1);
  };
  let failed = 0;
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "", "http://n");
    const path = pathname.replace(/^\/webhdfs\/v1/, "").replace(/[0-9a-f]{18}/, ordinal);
    const op = searchParams.get("op");
    request.resume().once("end", () => {
      if (searchParams.has("data")) {
        if (failed++ >= failures) return response.writeHead(201).end();
        const said = { exception: "IOException", message: "Unable to create new block." };
        return response.writeHead(500).end(JSON.stringify({ RemoteException: said }));
      }
      asked.push(
        [op, path, searchParams.get("overwrite") ?? searchParams.get("destination")].join(" ").trim(),
      );
      if (op !== "CREATE") return response.writeHead(200).end();
      const { host } = request.headers;
      return response.writeHead(307, { location: `http://${host}${pathname}?data=true` }).end();
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return { hdfs: new WebHdfs(`webhdfs://127.0.0.1:${(server.address() as AddressInfo).port}`), asked };
}

test("a file that nothing goes wrong with is written under its own name", async () => {
  const { hdfs, asked } = await cluster(0);
  await hdfs.create("/a/b", "x");
  expect(asked).toEqual(["CREATE /a/b false"]);
});

test("no attempt takes the place of another one's file, though a DataNode that stood still begins it late", async () => {
  const { hdfs, asked } = await cluster(1);
  await hdfs.create("/a/b", "x");
  expect(asked).toEqual(["CREATE /a/b false", "CREATE /a/.b.1 false", "RENAME /a/.b.1 /a/b"]);
});

test("what is to take the place of a file is written beside it, and what attempts left goes", async () => {
  const { hdfs, asked } = await cluster(1);
  await hdfs.create("/b", "x", { overwrite: true });
  await expect
    .poll(() => asked)
    .toEqual(["CREATE /.b.1 false", "CREATE /.b.2 false", "RENAME /.b.2 /b", "DELETE /.b.1"]);
});
