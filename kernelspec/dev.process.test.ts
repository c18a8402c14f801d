/** `millrace dev …` as a person calls it. */

import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { WebHdfs } from "../runtime/connect/hdfs/web-hdfs.js";
import { plainKafka } from "../runtime/connect/kafka/testing/plain-client.js";
import { waitFor } from "./process/wait-for.js";
import { which } from "./process/which.js";
import { MillraceCommand } from "./testing/millrace-command.js";

let millrace: MillraceCommand;
beforeEach(() => {
  millrace = new MillraceCommand();
});
afterEach(() => millrace.remove());

test("dev kafka starts a broker with topics on a free port, says where it is, and Ctrl-C ends it", async () => {
  const command = millrace.start("dev", "kafka", "--port", "0", "--topics", "words:2,counts");
  const ready = () => /Kafka is ready: brokers: \["(127\.0\.0\.1:\d+)"\]\n/.exec(command.stdout())?.[1];
  const address = await waitFor("the broker", ready, 200_000);
  const admin = plainKafka(address).admin();
  await admin.connect();
  const { topics } = await admin.fetchTopicMetadata({ topics: ["words", "counts"] });
  await admin.disconnect();
  expect(topics.map(({ name, partitions }) => [name, partitions.length]).sort()).toEqual([
    ["counts", 1],
    ["words", 2],
  ]);
  command.signal("SIGINT");
  const { status, stdout, stderr } = await command.outcome;
  expect(status).toBe(0);
  expect(stdout).toContain("topics: words (2), counts (1)\n");
  expect(stderr).toMatch(/it ends: a moment, the first time half a minute\n$/);
  await expect(plainKafka(address).admin().connect()).rejects.toThrow();
});

test("dev hdfs starts a file system on free ports, says where it is, and Ctrl-C ends it", async () => {
  const command = millrace.start("dev", "hdfs", "--port", "0", "--rpc-port", "0", "--data-nodes", "1");
  const ready = () =>
    /^HDFS is ready: (webhdfs:\/\/127\.0\.0\.1:\d+)\/ \(or hdfs:\/\/127\.0\.0\.1:\d+\/\)\n/.exec(
      command.stdout(),
    )?.[1];
  const hdfs = new WebHdfs(await waitFor("HDFS", ready, 200_000));
  await hdfs.create("/tmp/words", "one two\n");
  expect(await hdfs.status("/tmp/words")).toMatchObject({ size: 8, replication: 1 });
  command.signal("SIGINT");
  const { status, stdout } = await command.outcome;
  expect(status).toBe(0);
  expect(stdout).toMatch(/\nits web page: http:\/\/127\.0\.0\.1:\d+\/\n$/);
  await expect(hdfs.status("/tmp/words")).rejects.toThrow(/nothing listens there/);
});

test.each([
  ["kafka", "--port"],
  ["hdfs", "--port"],
  ["hdfs", "--rpc-port"],
])("dev %s says that the port of %s is taken", async (name, option) => {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as { port: number };
  const { status, stderr } = await millrace.run("dev", name, option, String(port));
  server.close();
  expect(status).toBe(1);
  expect(stderr).toContain(`port ${port} of this machine cannot be used (EADDRINUSE): give another one`);
});

test.each([
  ["kafka", "Kafka"],
  ["hdfs", "H(DFS|adoop)"],
])("dev %s says what is missing where there is no Java, or no Maven and no jars", async (name, what) => {
  const bin = mkdtempSync(join(tmpdir(), "millrace-bin-"));
  const { PATH, JAVA_HOME, MILLRACE_CACHE } = process.env;
  try {
    process.env.PATH = bin;
    delete process.env.JAVA_HOME;
    process.env.MILLRACE_CACHE = bin;
    const without = await millrace.run("dev", name);
    expect(without).toMatchObject({ status: 1 });
    expect(without.stderr).toMatch(
      new RegExp(
        `${what} runs on Java, and no java was found on PATH: install a Java of version 17 or later`,
      ),
    );
    symlinkSync(which("java", PATH) ?? dirname(bin), join(bin, "java"));
    const noMaven = await millrace.run("dev", name);
    expect(noMaven).toMatchObject({ status: 1 });
    expect(noMaven.stderr).toMatch(
      new RegExp(`the jars of ${what} \\S+ are downloaded by Maven, and no mvn was found on PATH`),
    );
  } finally {
    restore({ PATH, JAVA_HOME, MILLRACE_CACHE });
    rmSync(bin, { recursive: true, force: true });
  }
});

test("dev hdfs refuses what is no number of servers", async () => {
  const { status, stderr } = await millrace.run("dev", "hdfs", "--data-nodes", "0");
  expect(status).toBe(1);
  expect(stderr).toContain("a number of servers is a whole number of at least 1.");
});

test.each(["words:", "words:0", "a b", "words:1:2"])("dev kafka refuses the topic %s", async (topics) => {
  const { status, stderr } = await millrace.run("dev", "kafka", "--topics", topics);
  expect(status).toBe(1);
  expect(stderr).toContain("is no topic; write words:2,counts:1.");
});

function restore(values: Record<string, string | undefined>): void {
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}
