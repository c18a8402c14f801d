/** The client against a real NameNode and two real DataNodes, which are killed where a test says so. */

import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { createServer } from "node:net";
import { inspect } from "node:util";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { freePort } from "../../../kernelspec/process/free-port.js";
import { testCluster } from "../../../kernelspec/testing/test-cluster.js";
import { inTime } from "../testing/in-time.js";
import { WebHdfs } from "./web-hdfs.js";

const { SparkContext }: typeof import("../../index.js") = await import("../../../dist/index.js" as string);

const cluster = testCluster({ properties: { "dfs.blocksize": "1048576" } });

const hdfs = () => cluster.current.client;

async function contentOf(path: string, range?: { start?: number; end?: number }): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of hdfs().read(path, range)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Bytes that tell where they are. */
function numbered(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at + 4 <= length; at += 4) bytes.writeUInt32LE(at, at);
  return bytes;
}

describe("files and folders", () => {
  test("a file is written whole, with its folders, appended to, and read in ranges", async () => {
    await hdfs().create("/tmp/a/b c%+€/d", "one\n");
    await hdfs().append("/tmp/a/b c%+€/d", "two\n");
    expect(String(await contentOf("/tmp/a/b c%+€/d"))).toBe("one\ntwo\n");
    expect(String(await contentOf("/tmp/a/b c%+€/d", { start: 2, end: 5 }))).toBe("e\nt");
    expect(String(await contentOf("/tmp/a/b c%+€/d", { start: 4, end: 400 }))).toBe("two\n");
    expect(String(await contentOf("/tmp/a/b c%+€/d", { start: 400 }))).toBe("");
    expect(await hdfs().status("/tmp/a/b c%+€/d")).toMatchObject({
      path: "/tmp/a/b c%+€/d",
      isFolder: false,
      size: 8,
      replication: 2,
      blockSize: 1 << 20,
    });
  });

  test.each(["50%", "a+b", "c#1", "d?e=f&g", "é ñ 日本", "q'\"", "semi;colon", "[x]{y}*"])(
    "names stand for themselves: %s",
    async (name) => {
      await hdfs().create(`/tmp/names/${name}/a`, name);
      await hdfs().rename(`/tmp/names/${name}/a`, `/tmp/names/${name}/${name}`);
      expect((await hdfs().list(`/tmp/names/${name}`)).map(({ path }) => path)).toEqual([
        `/tmp/names/${name}/${name}`,
      ]);
      expect(String(await contentOf(`/tmp/names/${name}/${name}`))).toBe(name);
      expect(await hdfs().remove(`/tmp/names/${name}`)).toBe(true);
    },
  );

  test("an empty file is one", async () => {
    await hdfs().create("/tmp/empty", "");
    expect(await hdfs().status("/tmp/empty")).toMatchObject({ size: 0, isFolder: false });
    expect(await contentOf("/tmp/empty")).toHaveLength(0);
  });

  test("a folder is listed by name, and what is not there is told apart from what is empty", async () => {
    await hdfs().mkdirs("/tmp/list/inner");
    await hdfs().mkdirs("/tmp/list/inner");
    for (const name of ["b", "a"]) await hdfs().create(`/tmp/list/${name}`, name);
    const listed = await hdfs().list("/tmp/list");
    expect(listed.map(({ path, isFolder }) => [path, isFolder])).toEqual([
      ["/tmp/list/a", false],
      ["/tmp/list/b", false],
      ["/tmp/list/inner", true],
    ]);
    expect(await hdfs().list("/tmp/list/inner")).toEqual([]);
    expect((await hdfs().list("/")).map(({ path }) => path)).toEqual(["/tmp", "/user"]);
    expect(await hdfs().status("/tmp/none")).toBeUndefined();
    await expect(hdfs().list("/tmp/none")).rejects.toMatchObject({
      code: "RT_FILE",
      message: `cannot list ${cluster.current.webUrl}/tmp/none: it does not exist`,
    });
  });

  test("a file takes another one's name only where that is asked for", async () => {
    await hdfs().create("/tmp/r/new", "new");
    await hdfs().create("/tmp/r/old", "old");
    await expect(hdfs().rename("/tmp/r/new", "/tmp/r/old")).rejects.toMatchObject({
      code: "RT_FILE",
      message: expect.stringMatching(/^cannot rename to .*\/tmp\/r\/old .*exists already/),
    });
    await hdfs().rename("/tmp/r/new", "/tmp/r/old", { overwrite: true });
    expect(String(await contentOf("/tmp/r/old"))).toBe("new");
    await expect(hdfs().rename("/tmp/r/new", "/tmp/r/other")).rejects.toMatchObject({ code: "RT_FILE" });
    expect(await hdfs().remove("/tmp/r")).toBe(true);
    expect(await hdfs().remove("/tmp/r")).toBe(false);
  });

  test("a file is not written over unless that is asked for", async () => {
    await hdfs().create("/tmp/once", "first");
    await expect(hdfs().create("/tmp/once", "second")).rejects.toMatchObject({
      code: "RT_FILE",
      message: `cannot create ${cluster.current.webUrl}/tmp/once: it exists already (FileAlreadyExistsException)`,
    });
    expect(String(await contentOf("/tmp/once"))).toBe("first");
    await hdfs().create("/tmp/once", "second", { overwrite: true });
    expect(String(await contentOf("/tmp/once"))).toBe("second");
  });
});

describe("files of several blocks", () => {
  test("an RDD has each line once, however blocks cut the file, with what was appended, and none of an empty one", async () => {
    const { webPort, url } = cluster.current;
    const sc = new SparkContext({ workers: 2, hdfs: { webPort } });
    const at = (path: string) => `${url}/tmp/${path}`;
    const BLOCK = 1 << 20;
    const lines = Array.from({ length: 30_000 }, (_, i) => `${i} ${"größer".repeat(i % 17)}`);
    const text = `${lines.join("\n")}\n`;
    const [exact, rest] = [Buffer.from(text).subarray(0, BLOCK), Buffer.from(text).subarray(BLOCK)];
    await hdfs().create("/tmp/cut/lines", exact);
    expect((await hdfs().status("/tmp/cut/lines"))?.size).toBe(BLOCK);
    expect(await sc.textFile(at("cut/lines")).count()).toBe(String(exact).split("\n").length);
    await hdfs().append("/tmp/cut/lines", rest);
    await hdfs().create("/tmp/cut/nothing", "");
    await hdfs().create("/tmp/cut/one.gz", gzipSync("zipped\n"));
    const read = sc.textFile(at("cut/{lines,noth*,one.gz}"), 5);
    expect(read.getNumPartitions()).toBeGreaterThanOrEqual(5);
    expect(await read.collect({ force: true })).toEqual([...lines, "zipped"]);
    expect(() => sc.textFile(at("cut/x*"))).toThrow(`Input Pattern ${at("cut/x*")} matches 0 files`);
    await sc.stop();
  });
});

describe("what is wrong is one clear sentence", () => {
  test("permission, with who was refused and how to be another", async () => {
    const bob = new WebHdfs(cluster.current.webUrl, { user: "bob" });
    await expect(bob.create("/private", "x")).rejects.toMatchObject({
      code: "RT_FILE",
      message: expect.stringMatching(
        /^cannot create webhdfs:.*\/private: permission is denied \(user=bob, access=WRITE.*\); take another path, or be another user by the option hdfs: \{ user \}/,
      ),
    });
    await bob.create("/tmp/of-bob", "x");
    expect(await hdfs().status("/tmp/of-bob")).toMatchObject({ owner: "bob" });
  });

  test("a delegation token that is refused, without the token", async () => {
    const asked: string[] = [];
    const said = { exception: "InvalidToken", message: "token (owner=ada) can't be found in cache" };
    const server = createHttpServer((request, response) => {
      asked.push(request.url ?? "");
      response.writeHead(403, { "content-type": "application/json" });
      response.end(JSON.stringify({ RemoteException: said }));
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as { port: number };
    const stranger = new WebHdfs(`webhdfs://127.0.0.1:${port}`, { delegationToken: "c2VjcmV0" });
    const error = await stranger.status("/tmp").catch((thrown: unknown) => thrown);
    server.close();
    expect(asked).toEqual(["/webhdfs/v1/tmp?op=GETFILESTATUS&delegation=c2VjcmV0"]);
    expect(error).toMatchObject({
      code: "RT_HDFS",
      message: expect.stringMatching(/does not take who asks .*valid delegation token/),
    });
    expect(inspect([error, stranger], { depth: 9, showHidden: true })).not.toContain("c2Vj");
  });

  test("the port of the NameNode's own protocol in place of the web server's", async () => {
    const { port } = new URL(cluster.current.url.replace("hdfs:", "http:"));
    await expect(new WebHdfs(`webhdfs://127.0.0.1:${port}`).list("/tmp")).rejects.toMatchObject({
      code: "RT_HDFS",
      message: expect.stringContaining("is the NameNode's RPC port, not its web server's"),
    });
  });

  test("a port where nothing listens", async () => {
    const port = await freePort();
    await expect(new WebHdfs("hdfs://127.0.0.1:8020", { webPort: port }).list("/tmp")).rejects.toMatchObject({
      code: "RT_HDFS",
      message: expect.stringMatching(
        /cannot be reached.*nothing listens there.*`npx millrace dev hdfs` starts one on this machine.*MILLRACE_HDFS_WEB_PORT/,
      ),
    });
  });

  test.each([
    ["nothing of it", "404 Not Found", "no"],
    ["a page for everything", "200 OK", "<html>hello</html>"],
    ["JSON of its own", "200 OK", '{"ok":true}'],
    ["a redirection", "302 Found\r\nlocation: /login", ""],
  ])("another web server, which has %s", async (_what, head, body) => {
    const server = createServer((socket) =>
      socket.end(`HTTP/1.1 ${head}\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`),
    );
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as { port: number };
    const stranger = new WebHdfs(`webhdfs://127.0.0.1:${port}`);
    for (const ask of [
      () => stranger.list("/tmp"),
      () => stranger.status("/tmp"),
      () => stranger.create("/tmp/x", ""),
    ])
      await expect(ask()).rejects.toMatchObject({
        code: "RT_HDFS",
        message: expect.stringContaining(
          `does not speak WebHDFS (it answers with HTTP status ${head.slice(0, 3)})`,
        ),
      });
    server.close();
  });

  test("what listens and says nothing, within ten seconds", async () => {
    const server = createServer();
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as { port: number };
    const [, error] = await inTime(
      () => new WebHdfs(`webhdfs://127.0.0.1:${port}`),
      (silent) => silent.list("/tmp").catch((thrown: unknown) => thrown),
    );
    expect(error).toMatchObject({
      code: "RT_HDFS",
      message: expect.stringMatching(/^cannot list .*: the NameNode's web server at .* was silent for 7 s; /),
    });
    server.close();
  });

  test.each(["", " ", "tmp/a"])("a path that does not begin at the root: %j", async (path) => {
    await expect(hdfs().list(path)).rejects.toMatchObject({
      code: "RT_FILE_SYSTEM",
      message: `a path of HDFS begins at the root, as /user/ada does, not ${JSON.stringify(path)}`,
    });
  });

  test("a quota that is used up, of names and of space", async () => {
    await hdfs().mkdirs("/tmp/few");
    await cluster.current.admin("-setQuota", "2", "/tmp/few");
    await hdfs().create("/tmp/few/1", "x");
    await expect(hdfs().create("/tmp/few/2", "x")).rejects.toMatchObject({
      code: "RT_FILE",
      message: expect.stringMatching(
        /^cannot create .*\/tmp\/few\/2: the quota of names is used up \(NSQuota/,
      ),
    });
    await hdfs().mkdirs("/tmp/small");
    await cluster.current.admin("-setSpaceQuota", "1m", "/tmp/small");
    await expect(hdfs().create("/tmp/small/1", numbered(3 << 20))).rejects.toMatchObject({
      code: "RT_FILE",
      message: expect.stringMatching(
        /^cannot create .*\/tmp\/small\/1: the quota of space is used up \(DSQuota/,
      ),
    });
  });

  test("safe mode, in which files are read and not written", async () => {
    await hdfs().create("/tmp/before", "x");
    await cluster.current.admin("-safemode", "enter");
    try {
      for (const write of [
        () => hdfs().create("/tmp/unsafe", "x"),
        () => hdfs().mkdirs("/tmp/unsafe"),
        () => hdfs().append("/tmp/before", "x"),
      ])
        await expect(write()).rejects.toMatchObject({
          code: "RT_HDFS",
          message: expect.stringContaining("the NameNode is in safe mode, in which nothing can be written"),
        });
      expect(String(await contentOf("/tmp/before"))).toBe("x");
    } finally {
      await cluster.current.admin("-safemode", "leave");
    }
  });
});

describe("DataNodes that are killed, one after the other", () => {
  const CONTENT = numbered(16 << 20);

  /** Each of them is with one of the two, as it comes. */
  const PEERS = [0, 1, 2, 3];

  test("one while files are read and written: they are read on, and begun anew, with the other one", async () => {
    await hdfs().create("/tmp/big", CONTENT);
    let arrived = 0;
    /** Kills it when half of them are amid their files. */
    const amid = async () => {
      arrived += 1;
      if (arrived === PEERS.length) await cluster.current.killDataNode(0);
    };
    const read = async () => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of hdfs().read("/tmp/big")) {
        if (chunks.length === 3) await amid();
        chunks.push(chunk);
      }
      return Buffer.concat(chunks);
    };
    const write = async (path: string) => {
      const writer = hdfs().writer(path);
      for (let at = 0; at < CONTENT.length; at += 1 << 20) {
        if (at === 4 << 20) await amid();
        await writer.write(CONTENT.subarray(at, at + (1 << 20)));
      }
      await writer.close();
    };
    const [, ...reads] = await Promise.all([
      Promise.all(PEERS.map((peer) => write(`/tmp/written-${peer}`))),
      ...PEERS.map(read),
    ]);
    for (const bytes of reads) expect(bytes.equals(CONTENT)).toBe(true);
    for (const peer of PEERS) expect((await contentOf(`/tmp/written-${peer}`)).equals(CONTENT)).toBe(true);
  });

  test("then the other one: reading and writing end with a sentence", async () => {
    await cluster.current.killDataNode(1);
    const unable = {
      code: "RT_HDFS",
      message: expect.stringMatching(/^cannot (read|write) webhdfs:.*: no DataNode does it, asked \d times/),
    };
    await inTime(
      () => undefined,
      () =>
        Promise.all([
          expect(contentOf("/tmp/big")).rejects.toMatchObject(unable),
          expect(hdfs().create("/tmp/nowhere", CONTENT)).rejects.toMatchObject(unable),
        ]),
    );
  });
});
