/** What goes wrong with a real broker: one sentence within ten seconds, and the stream goes on by itself where it can. */

import { execFile, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { inspect, promisify } from "node:util";
import { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } from "kafkajs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testBroker } from "../../../kernelspec/testing/test-broker.js";
import { testCertificate } from "../../../kernelspec/testing/test-certificate.js";
import { inTime, PATIENT } from "../testing/in-time.js";
import { kill, untilWritten } from "../testing/killed-programs.js";
import { testWarnings } from "../testing/warnings.js";
import { OlderBroker } from "./testing/older-broker.js";
import { consume, plainKafka, produce, recordCount } from "./testing/plain-client.js";
import { SCRAM_LISTENER, setScramPassword } from "./testing/scram-user.js";

const { SparkContext, StreamingContext }: typeof import("../../index.js") = await import(
  "../../../dist/index.js" as string
);

type Context = InstanceType<typeof StreamingContext>;
type Options = import("../../index.js").KafkaStreamOptions;

const run = promisify(execFile);

const broker = testBroker();
const at = () => broker.current.address;

let sc: InstanceType<typeof SparkContext>;
beforeAll(() => {
  sc = new SparkContext({ workers: 2 });
});
afterAll(() => sc.stop());

const warnings = testWarnings();

/** Starts a stream of values. */
async function started(options: Partial<Options>, context?: Context) {
  const ssc = context ?? new StreamingContext(sc, 100);
  const values: (string | null)[] = [];
  const stream = ssc.kafkaDirectStream({
    brokers: at(),
    topics: "in",
    startingOffsets: "earliest",
    ...options,
  } as Options);
  stream.foreachRDD(async (rdd) => {
    for (const { value } of await rdd.collect()) values.push(value);
  });
  await ssc.start();
  return { ssc, values };
}

/** Starts a stream. @returns what it ends with, which is told in time */
async function failureOf(start: () => Promise<{ ssc: Context }>): Promise<string> {
  const [, message] = await inTime(start, ({ ssc }) => ssc.awaitTermination().then(() => "none", String));
  return message;
}

/** Starts a stream, which then tells of something in time. */
async function startedAndTold<S>(start: () => Promise<S>, sentence: string | RegExp): Promise<S> {
  const [started] = await inTime(start, () => told(sentence));
  return started;
}

/** Waits for a warning that is this, or for warnings that match. */
function told(sentence: string | RegExp): Promise<void> {
  return typeof sentence === "string"
    ? expect.poll(() => warnings, PATIENT).toContain(sentence)
    : expect.poll(() => warnings.join("\n"), PATIENT).toMatch(sentence);
}

/** Starts a context that has its outputs. */
async function startedWith(ssc: Context): Promise<{ ssc: Context }> {
  await ssc.start();
  return { ssc };
}

const nothingAt = (address: string) =>
  `Kafka at ${address} cannot be reached: nothing listens there; \`npx millrace dev kafka\` starts one on this machine`;

test("a broker that is not there yet is told of, and read when it comes", async () => {
  await broker.current.createTopics({ later: 1 });
  await produce(at(), "later", [{ value: "1" }]);
  await broker.current.pause();
  const { ssc, values } = await startedAndTold(() => started({ topics: "later" }), nothingAt(at()));
  const input = (await ssc.status())?.inputs[0];
  expect(input).toMatchObject({ state: "retrying", what: `Kafka later at ${at()}` });
  expect(input?.reason).toMatch(
    /nothing listens there; .* starts one on this machine; next attempt \d\S* s later$/,
  );
  await broker.current.restart();
  await expect.poll(() => values).toEqual(["1"]);
  await told(`Kafka later at ${at()} goes on`);
  await ssc.stop();
});

test("a broker that is killed under way and comes back loses nothing and gives nothing twice", async () => {
  await broker.current.createTopics({ interrupted: 2, copied: 2 });
  const ssc = new StreamingContext(sc, 100);
  ssc
    .kafkaDirectStream({ brokers: at(), topics: "interrupted", startingOffsets: "earliest" })
    .map(({ value }) => value)
    .saveToKafka({ brokers: at(), topic: "copied", transactionalId: "interrupted" });
  const { values } = await started({ topics: "copied" }, ssc);
  const send = (from: number) =>
    produce(
      at(),
      "interrupted",
      Array.from({ length: 50 }, (_, i) => ({ value: String(from + i) })),
    );
  await send(0);
  await expect.poll(() => values.length).toBeGreaterThan(0);
  await inTime(
    () => broker.current.kill(),
    () => told(nothingAt(at())),
  );
  await broker.current.restart();
  await send(50);
  await expect.poll(() => values.length).toBe(100);
  await ssc.awaitBatches(3);
  expect(values.map(Number).sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
  await ssc.stop();
  // None of a stream that was stopped before.
  const back = warnings.filter((warning) => warning.endsWith("goes on"));
  expect(back.sort()).toEqual(["copied", "interrupted"].map((topic) => `Kafka ${topic} at ${at()} goes on`));
});

test("a broker that hangs while it is read and written is told of, and when it goes on nothing is lost or there twice", async () => {
  await broker.current.createTopics({ in: 2, out: 3 });
  const checkpoint = mkdtempSync(join(tmpdir(), "kafka-hangs-"));
  const counting = fileURLToPath(new URL("./testing/killed-program.mjs", import.meta.url));
  const program = spawn(process.execPath, [counting, at(), checkpoint], {
    stdio: ["ignore", "inherit", "pipe"],
  });
  let stderr = "";
  program.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const { pid = 0 } = broker.current;
  try {
    const SENT = 400;
    const sent = Array.from({ length: SENT }, (_, i) => ({ value: "word", partition: i % 2 }));
    for (let i = 0; i < SENT / 2; i += 20) await produce(at(), "in", sent.slice(i, i + 20));
    await untilWritten(() => recordCount(at(), "out"), 1);
    await produce(at(), "in", sent.slice(SENT / 2));
    const sentence = `Kafka at ${at()} does not answer: it hangs, is busy or starting, or what listens there is no Kafka`;
    await inTime(
      () => process.kill(pid, "SIGSTOP"),
      () => expect.poll(() => stderr, PATIENT).toContain(sentence),
    );
    process.kill(pid, "SIGCONT");
    const counts = (await consume(at(), "out", SENT)).map(({ value }) => Number(String(value)));
    expect(counts.sort((a, b) => a - b)).toEqual(Array.from({ length: SENT }, (_, i) => i + 1));
    await expect.poll(() => stderr, PATIENT).toContain(`Kafka in at ${at()} goes on`);
  } finally {
    process.kill(pid, "SIGCONT");
    await kill(program);
    rmSync(checkpoint, { recursive: true, force: true, maxRetries: 10 });
  }
});

test("a topic that is missing is told of, the others are read, and it is read when it is made", async () => {
  await broker.current.createTopics({ there: 1 });
  await produce(at(), "there", [{ value: "there" }]);
  const sentence = `Kafka at ${at()} has no topic missing; it is read when it is there`;
  const { ssc, values } = await startedAndTold(() => started({ topics: ["there", "missing"] }), sentence);
  await expect.poll(() => values, PATIENT).toEqual(["there"]);
  expect((await ssc.status())?.inputs[0]?.reason).toBe(sentence);
  await broker.current.createTopics({ missing: 1 });
  await produce(at(), "missing", [{ value: "made" }]);
  await expect.poll(() => values, PATIENT).toEqual(["there", "made"]);
  await ssc.stop();
});

const NOBODY = nothingAt("127.0.0.1:1");

test("a port where nothing listens is told of", async () => {
  const { ssc } = await startedAndTold(() => started({ brokers: "127.0.0.1:1" }), NOBODY);
  await ssc.stop();
});

test("a task that waits for a broker says so while it waits, and its batch fails after its patience", async () => {
  const program = fileURLToPath(new URL("./testing/waiting-program.mjs", import.meta.url));
  const { stdout, stderr } = await run(process.execPath, [program, "127.0.0.1:1", "4 seconds"]);
  expect(stderr).toBe(`${NOBODY}\n`);
  expect(stdout).toMatch(
    /Kafka at 127\.0\.0\.1:1 cannot be reached: nothing listens there; .*; it was tried for 4 s .*\(ECONNREFUSED\)/,
  );
});

test("a message that is larger than the broker takes fails its batch", async () => {
  await broker.current.createTopics({ narrow: 1 });
  const ssc = new StreamingContext(sc, 100);
  ssc.queueStream([["x".repeat(2_000_000)]]).saveToKafka({ brokers: at(), topic: "narrow" });
  expect(await failureOf(() => startedWith(ssc))).toContain(
    `a message for the topic narrow is larger than Kafka at ${at()} takes: raise its max.message.bytes, or send less in one`,
  );
});

test("a record without a key for a compacted topic fails its batch", async () => {
  const admin = plainKafka(at()).admin();
  await admin.connect();
  const configEntries = [{ name: "cleanup.policy", value: "compact" }];
  await admin.createTopics({ topics: [{ topic: "compacted", numPartitions: 1, configEntries }] });
  await admin.disconnect();
  const ssc = new StreamingContext(sc, 100);
  ssc.queueStream([["without a key"]]).saveToKafka({ brokers: at(), topic: "compacted" });
  expect(await failureOf(() => startedWith(ssc))).toContain(
    `the topic compacted of Kafka at ${at()} does not take such a record: a compacted topic wants a key`,
  );
});

/** Keys of requests. */
const [FETCH, METADATA] = [1, 3];

test("brokers older than Kafka 2.8, whose topics have no ids, are read", async () => {
  await broker.current.createTopics({ older: 1 });
  await produce(at(), "older", [{ value: "1" }]);
  const older = await OlderBroker.before(at(), { [METADATA]: 9 });
  const { ssc, values } = await started({ brokers: older.address, topics: "older" });
  await expect.poll(() => values, PATIENT).toEqual(["1"]);
  await ssc.stop();
  older.close();
});

test("brokers older than Kafka 2.5 are told of", async () => {
  await broker.current.createTopics({ oldest: 1 });
  await produce(at(), "oldest", [{ value: "1" }]);
  const oldest = await OlderBroker.before(at(), { [FETCH]: 10, [METADATA]: 9 });
  expect(await failureOf(() => started({ brokers: oldest.address, topics: "oldest" }))).toContain(
    `Kafka at ${oldest.address} does not speak version 11 of Fetch: it is older than what is needed here, Kafka 2.5`,
  );
  oldest.close();
});

test("a batch that is damaged in the log fails with its offset, and with onFailure skip is left out", async () => {
  await broker.current.createTopics({ damaged: 1 });
  await produce(at(), "damaged", [{ value: "whole" }]);
  await produce(at(), "damaged", [{ value: "to be damaged" }]);
  await broker.current.pause();
  const log = join(broker.current.folder, "data", "damaged-0", "00000000000000000000.log");
  const bytes = readFileSync(log);
  bytes[bytes.indexOf("to be damaged") + 3] = 0x20 + 1;
  writeFileSync(log, bytes);
  await broker.current.restart();
  expect(await failureOf(() => started({ topics: "damaged" }))).toMatch(
    /the batch at offset 1 of damaged, partition 0, is damaged: its checksum is [0-9a-f]{8}, and [0-9a-f]{8} is written/,
  );
  const skipping = new StreamingContext(sc, 100, { onFailure: "skip" });
  const { values } = await startedAndTold(() => started({ topics: "damaged" }, skipping), /it is left out/);
  await produce(at(), "damaged", [{ value: "after it" }]);
  await expect.poll(() => values.at(-1), PATIENT).toBe("after it");
  await skipping.stop();
});

test("what comes faster than it is read waits at the broker: memory stays level", async () => {
  const [MESSAGES, BYTES, AT_A_TIME] = [2400, 100_000, 16];
  await broker.current.createTopics({ fast: 2 });
  const program = fileURLToPath(new URL("./testing/slow-program.mjs", import.meta.url));
  const reader = spawn(process.execPath, [program, at(), "fast", String(MESSAGES)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface(reader.stdout)[Symbol.asyncIterator]();
  expect((await lines.next()).value).toBe("ready");
  const producer = plainKafka(at()).producer({ allowAutoTopicCreation: false });
  await producer.connect();
  const some = Array.from({ length: AT_A_TIME }, (_, i) => ({ value: "x".repeat(BYTES), partition: i % 2 }));
  for (let sent = 0; sent < MESSAGES; sent += AT_A_TIME)
    await producer.send({ topic: "fast", messages: some });
  await producer.disconnect();
  reader.stdin.end("go on\n");
  const { before, most } = JSON.parse((await lines.next()).value) as { before: number; most: number };
  const sentMb = (MESSAGES * BYTES) / 2 ** 20;
  expect(most - before).toBeLessThan((2 / 3) * sentMb);
});

test("records that retention has taken are told of with where the oldest is", async () => {
  await broker.current.createTopics({ gone: 1 });
  await produce(at(), "gone", [{ value: "1" }, { value: "2" }, { value: "3" }]);
  const admin = plainKafka(at()).admin();
  await admin.connect();
  // Without it, the admin knows no leader.
  await admin.fetchTopicOffsets("gone");
  await admin.deleteTopicRecords({ topic: "gone", partitions: [{ partition: 0, offset: "2" }] });
  await admin.disconnect();
  expect(await failureOf(() => started({ topics: "gone", startingOffsets: { gone: { 0: 0 } } }))).toMatch(
    /offsets 0 to 3 of gone, partition 0, are gone: the oldest record is at 2; raise the topic's retention/,
  );
});

test("a topic that is made later is read from its beginning, though the stream begins at the ends", async () => {
  const { ssc, values } = await startedAndTold(
    () => started({ topics: "new", startingOffsets: "latest" }),
    /has no topic new/,
  );
  await broker.current.createTopics({ new: 1 });
  await produce(at(), "new", [{ value: "first" }]);
  await expect.poll(() => values, PATIENT).toEqual(["first"]);
  await ssc.stop();
});

test("a topic that is deleted while it is read is told of, and no batch asks for it", async () => {
  await broker.current.createTopics({ deleted: 1, kept: 1 });
  await produce(at(), "deleted", [{ value: "1" }]);
  const { ssc, values } = await started({ topics: ["deleted", "kept"] });
  await expect.poll(() => values, PATIENT).toEqual(["1"]);
  const sentence = `Kafka at ${at()} has no topic deleted; it is read when it is there`;
  await inTime(
    () => deleteTopic("deleted"),
    () => told(sentence),
  );
  expect((await ssc.status())?.inputs[0]).toMatchObject({ state: "connected", reason: sentence });
  await produce(at(), "kept", [{ value: "2" }]);
  await expect.poll(() => values, PATIENT).toEqual(["1", "2"]);
  await ssc.stop();
});

test("a topic that is made anew while it is read is told of, and read from its beginning, however long it is", async () => {
  await broker.current.createTopics({ anew: 1 });
  await produce(at(), "anew", [{ value: "1" }, { value: "2" }, { value: "3" }]);
  const checkpoint = mkdtempSync(join(tmpdir(), "kafka-anew-"));
  const checkpointed = () => {
    const context = new StreamingContext(sc, 100);
    context.checkpoint(checkpoint);
    return context;
  };
  const { ssc, values } = await started({ topics: "anew" }, checkpointed());
  await expect.poll(() => values.length, PATIENT).toBe(3);
  const sentence = `the topic anew of Kafka at ${at()} was deleted and made anew: it is read from its beginning, and what no batch had taken of the one before is lost`;
  await inTime(
    () => makeAnew("anew", ["4", "5", "6", "7", "8"]),
    () => told(sentence),
  );
  await expect.poll(() => values, PATIENT).toEqual(["1", "2", "3", "4", "5", "6", "7", "8"]);
  await ssc.stop();
  // Also where that happens while nobody reads.
  await makeAnew("anew", ["9", "10", "11", "12", "13", "14"]);
  warnings.length = 0;
  const context = await StreamingContext.getOrCreate(checkpoint, checkpointed);
  const later = await startedAndTold(() => started({ topics: "anew" }, context), sentence);
  await expect.poll(() => later.values, PATIENT).toEqual(["9", "10", "11", "12", "13", "14"]);
  await later.ssc.stop();
  rmSync(checkpoint, { recursive: true, force: true, maxRetries: 10 });
});

/** Deletes a topic and makes it again, with these messages. */
async function makeAnew(topic: string, values: readonly string[]): Promise<void> {
  await deleteTopic(topic);
  await expect
    .poll(() => broker.current.createTopics({ [topic]: 1 }).then(() => true, String), PATIENT)
    .toBe(true);
  await produce(
    at(),
    topic,
    values.map((value) => ({ value })),
  );
}

async function deleteTopic(topic: string): Promise<void> {
  const admin = plainKafka(at()).admin();
  await admin.connect();
  await admin.deleteTopics({ topics: [topic] });
  await admin.disconnect();
}

describe("a broker that asks who one is", () => {
  const PASSWORD = "s3cret-of-ada";
  const certificate = testCertificate();
  const guarded = testBroker({
    topics: { private: 1, encrypted: 1 },
    users: { ada: PASSWORD },
    keyStore: certificate.keyStore,
    properties: SCRAM_LISTENER,
  });
  const sasl = (password = PASSWORD) => ({ mechanism: "plain", username: "ada", password }) as const;
  const brokers = () => guarded.current.guardedAddress;

  /** Allows ada something. */
  async function grant(resourceType: AclResourceTypes, resourceName: string): Promise<void> {
    const admin = plainKafka(guarded.current.address).admin();
    await admin.connect();
    await admin.createAcls({
      acl: [
        {
          resourceType,
          resourceName,
          resourcePatternType: ResourcePatternTypes.LITERAL,
          principal: "User:ada",
          host: "*",
          operation: AclOperationTypes.ALL,
          permissionType: AclPermissionTypes.ALLOW,
        },
      ],
    });
    await admin.disconnect();
  }

  test("a wrong password is told of, and not shown", async () => {
    const { ssc } = await startedAndTold(
      () => started({ brokers: brokers(), topics: "private", sasl: sasl("not-it") }),
      `Kafka at ${brokers()} refuses the user name or the password of \`sasl\``,
    );
    await ssc.stop();
    expect(warnings.join()).not.toContain("not-it");
  });

  describe.each(["scram-sha-256", "scram-sha-512"] as const)("by %s,", (mechanism) => {
    beforeAll(() => setScramPassword(guarded.current.address, mechanism, "ada", PASSWORD));
    const scram = (password: string, username = "ada") => ({ mechanism, username, password });

    test("lets in who knows the password, in and out", async () => {
      await grant(AclResourceTypes.TOPIC, mechanism);
      await guarded.current.createTopics({ [mechanism]: 1 });
      const ssc = new StreamingContext(sc, 100);
      ssc.queueStream([["1"]]).saveToKafka({ brokers: brokers(), topic: mechanism, sasl: scram(PASSWORD) });
      const { values } = await started({ brokers: brokers(), topics: mechanism, sasl: scram(PASSWORD) }, ssc);
      await expect.poll(() => values, PATIENT).toEqual(["1"]);
      await ssc.stop();
    });

    test.each([
      ["a wrong password", "not-it", "ada"],
      ["a user that nobody knows", PASSWORD, "bob"],
    ])("refuses %s, which is told of and not shown", async (_what, password, username) => {
      const { ssc } = await startedAndTold(
        () => started({ brokers: brokers(), topics: mechanism, sasl: scram(password, username) }),
        `Kafka at ${brokers()} refuses the user name or the password of \`sasl\``,
      );
      const status = inspect(await ssc.status(), { depth: 9 });
      await ssc.stop();
      expect(`${warnings.join()} ${status}`).not.toContain(password);
    });
  });

  test("a mechanism that the broker has not is told of", async () => {
    const { ssc } = await startedAndTold(
      () =>
        started({
          brokers: guarded.current.encryptedAddress,
          ssl: { ca: certificate.authority },
          topics: "private",
          sasl: { mechanism: "scram-sha-256", username: "ada", password: PASSWORD },
        }),
      `Kafka at ${guarded.current.encryptedAddress} does not know the mechanism of \`sasl\`: give one that it has`,
    );
    await ssc.stop();
  });

  test("no sasl where it is asked for is told of", async () => {
    const { ssc } = await startedAndTold(
      () => started({ brokers: brokers(), topics: "private" }),
      /cut the connection: it went away, or this is a port for TLS .* or for SASL \(`sasl`\)/,
    );
    await ssc.stop();
  });

  test("by TLS it is read and written, and a certificate that is not known, or no TLS, is told of", async () => {
    const { encryptedAddress, address } = guarded.current;
    const ssl = { ca: certificate.authority };
    const stranger = await startedAndTold(
      () => started({ brokers: encryptedAddress, topics: "encrypted", ssl: true, sasl: sasl() }),
      `Kafka at ${encryptedAddress} has a certificate of nobody who is known here: give that of its authority as \`ssl: { ca }\``,
    );
    await stranger.ssc.stop();
    const plain = await startedAndTold(
      () => started({ brokers: address, topics: "encrypted", ssl }),
      /cut the connection: it went away, or this is a port .* for none \(no `ssl`\)/,
    );
    await plain.ssc.stop();
    await grant(AclResourceTypes.TOPIC, "encrypted");
    const context = new StreamingContext(sc, 100);
    context
      .queueStream([["over TLS"]])
      .saveToKafka({ brokers: encryptedAddress, topic: "encrypted", ssl, sasl: sasl() });
    const { ssc, values } = await started(
      { brokers: encryptedAddress, topics: "encrypted", ssl, sasl: sasl() },
      context,
    );
    await expect.poll(() => values, PATIENT).toEqual(["over TLS"]);
    await ssc.stop();
  });

  test("topics, groups and transactional ids that are not allowed are told of; when they are, the stream goes on, and nothing shows the password", async () => {
    await produce(guarded.current.address, "private", [{ value: "1" }]);
    const checkpoint = mkdtempSync(join(tmpdir(), "kafka-secrets-"));
    const context = new StreamingContext(sc, 100);
    context.checkpoint(checkpoint);
    const reading = { brokers: brokers(), topics: "private", sasl: sasl(), groupId: "ada-group" };
    const { ssc, values } = await startedAndTold(
      () => started(reading, context),
      `Kafka at ${brokers()} does not allow this user the topic private: have it allowed, or use another user`,
    );
    await inTime(
      () => grant(AclResourceTypes.TOPIC, "private"),
      () =>
        told(
          `Kafka at ${brokers()} does not allow this user the group ada-group: have it allowed, or give another groupId`,
        ),
    );
    await grant(AclResourceTypes.GROUP, "ada-group");
    await expect.poll(() => values, PATIENT).toEqual(["1"]);
    const [output] = ssc.outputs();
    const shown = [
      inspect(output, { depth: 20, showHidden: true }),
      inspect(await ssc.status(), { depth: 20 }),
      warnings.join(),
    ];
    await ssc.stop();
    for (const text of [...shown, ...filesIn(checkpoint)]) expect(text).not.toContain(PASSWORD);
    rmSync(checkpoint, { recursive: true, force: true, maxRetries: 10 });
    const writing = new StreamingContext(sc, 100);
    writing
      .queueStream([["a"]])
      .saveToKafka({ brokers: brokers(), topic: "private", sasl: sasl(), transactionalId: "ada-id" });
    expect(await failureOf(() => startedWith(writing))).toMatch(
      /does not allow this user the transactionalId ada-id-\d: have it allowed, or give another one/,
    );
  });
});

/** The texts of all files in a folder and its folders. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath ?? entry.path, entry.name), "latin1"));
}
