/** A real Kafka broker on this machine, of one node, for development and tests: its jars come from Maven Central. */

import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Admin, KafkaJSError } from "kafkajs";
import { capture } from "../process/capture.js";
import { freePort } from "../process/free-port.js";
import { waitFor } from "../process/wait-for.js";
import { ClassArchive } from "./class-archive.js";
import { ensureJars, type Jars } from "./jars.js";
import { findJava, type Java } from "./java.js";
import { brokerProperties, type GuardedListener, type KeyStore, LOG_PROPERTIES } from "./kafka-properties.js";
import { checkFree } from "./loopback-port.js";
import { madeOnce } from "./made-once.js";

const KAFKA_VERSION = "4.3.1";

const NAME = `kafka-${KAFKA_VERSION}`;

const JARS: Jars = {
  folder: NAME,
  what: `Kafka ${KAFKA_VERSION}`,
  artifacts: [
    {
      group: "org.apache.kafka",
      name: "kafka_2.13",
      version: KAFKA_VERSION,
      // Named by the pom, and never published.
      without: ["org.apache.kafka:kafka-tools-api"],
    },
    { group: "org.apache.logging.log4j", name: "log4j-slf4j-impl", version: "2.25.4" },
  ],
};

export interface KafkaBrokerOptions {
  /** On 127.0.0.1; left out or 0: a free one. */
  port?: number;
  /** Topics that are made when it is ready, with their numbers of partitions. */
  topics?: Readonly<Record<string, number>>;
  /** Further lines of server.properties. */
  properties?: Readonly<Record<string, string>>;
  /** Passwords by name, for a second listener that asks for them. */
  users?: Readonly<Record<string, string>>;
  /** For a third one, for the same users, that speaks TLS: its certificate with the key. */
  keyStore?: KeyStore;
  /** Gets a line before what takes long. */
  say?(line: string): void;
}

const START_MS = 120_000;
/** One that has just begun is slow to accept a connection. */
const CONNECT_MS = 20_000;
const STOP_MS = 30_000;
const HEAP_MB = 256;
const FORMAT_HEAP_MB = 64;

export class KafkaBroker {
  #process: ChildProcess | undefined;

  private constructor(
    /** All its files; removed by {@link stop}. */
    readonly folder: string,
    /** `127.0.0.1:9092`. */
    readonly address: string,
    /** Of the listener that asks who one is; empty without users. */
    readonly guardedAddress: string,
    /** Of the one that speaks TLS; empty without a certificate. */
    readonly encryptedAddress: string,
    private readonly java: Java,
    private readonly classPath: string,
  ) {}

  /**
   * Resolves when it takes requests and its topics are there.
   * @throws Error with one sentence where Java or Maven is missing, the port is taken, or it does not start
   */
  static async start(options: KafkaBrokerOptions = {}): Promise<KafkaBroker> {
    const { port = 0, topics = {}, properties = {}, users, keyStore, say = () => undefined } = options;
    const java = await findJava("Kafka");
    const jars = await ensureJars(JARS, say);
    if (port !== 0) await checkFree(port);
    const folder = mkdtempSync(join(tmpdir(), "millrace-kafka-"));
    const address = {
      port: port || (await freePort()),
      controllerPort: await freePort(),
      data: join(folder, "data"),
    };
    const guarded: GuardedListener[] = [];
    for (const one of users === undefined ? [] : keyStore === undefined ? [undefined] : [undefined, keyStore])
      guarded.push({ port: await freePort(), users: users ?? {}, keyStore: one });
    const [guardedAddress = "", encryptedAddress = ""] = guarded.map(({ port }) => `127.0.0.1:${port}`);
    writeFileSync(join(folder, "server.properties"), brokerProperties(address, guarded, properties));
    writeFileSync(join(folder, "log4j2.properties"), LOG_PROPERTIES);
    const broker = new KafkaBroker(
      folder,
      `127.0.0.1:${address.port}`,
      guardedAddress,
      encryptedAddress,
      java,
      join(jars, "*"),
    );
    try {
      await broker.#format(address.data);
      await broker.restart();
      await broker.createTopics(topics);
    } catch (error) {
      await broker.stop();
      throw error;
    }
    return broker;
  }

  /** Starts it again after {@link kill} or {@link pause}, on the same port and data. Resolves when it takes requests. */
  async restart(): Promise<void> {
    const archive = new ClassArchive(NAME, this.java, basename(this.folder));
    const args = [
      ...archive.arguments(),
      ...this.#arguments("kafka.Kafka", HEAP_MB, this.#file("server.properties")),
    ];
    const broker = spawn(this.java.path, args, { stdio: ["ignore", "pipe", "pipe"] });
    broker.once("exit", () => archive.keep());
    this.#process = broker;
    await this.#ready(broker);
  }

  /** Makes topics that are not there yet. */
  async createTopics(topics: Readonly<Record<string, number>>): Promise<void> {
    const wanted = Object.entries(topics).map(([topic, numPartitions]) => ({ topic, numPartitions }));
    if (wanted.length === 0) return;
    const { Kafka, logLevel } = await import("kafkajs");
    const patience = { connectionTimeout: CONNECT_MS, requestTimeout: START_MS };
    const admin = new Kafka({ brokers: [this.address], logLevel: logLevel.NOTHING, ...patience }).admin();
    await admin.connect();
    try {
      await admin.createTopics({ topics: wanted, waitForLeaders: false });
      for (const { topic } of wanted)
        await waitFor(`the topic ${topic}`, () => offsetsOf(admin, topic), START_MS);
    } finally {
      await admin.disconnect();
    }
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Ends it at once, as a loss of power would: its data stay. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** Ends it in order: its data stay. */
  async pause(): Promise<void> {
    await this.#end("SIGTERM");
  }

  /** Ends it in order, and removes its files. */
  async stop(): Promise<void> {
    await this.pause();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #end(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    const broker = this.#process;
    this.#process = undefined;
    if (broker === undefined || broker.exitCode !== null || broker.signalCode !== null) return;
    const ended = once(broker, "exit");
    broker.kill(signal);
    const late = setTimeout(() => broker.kill("SIGKILL"), STOP_MS);
    await ended;
    clearTimeout(late);
  }

  /** The folder of the data as Kafka wants it. All brokers begin with the same but for the cluster's id: to format takes a JVM of its own. */
  async #format(data: string): Promise<void> {
    const formatted = await madeOnce(`${NAME}-formatted`, async (folder) => {
      mkdirSync(folder);
      const properties = `${folder}.properties`;
      writeFileSync(properties, brokerProperties({ port: 9092, controllerPort: 9093, data: folder }, [], {}));
      const args = ["format", "-t", newId(), "-c", properties];
      const { status, stdout, stderr } = await capture(
        this.java.path,
        this.#arguments("kafka.tools.StorageTool", FORMAT_HEAP_MB, ...args),
      );
      if (status !== 0) throw new Error(`Kafka could not prepare its folder: ${lastLine(stdout + stderr)}`);
    });
    cpSync(formatted, data, { recursive: true });
    const meta = join(data, "meta.properties");
    writeFileSync(meta, readFileSync(meta, "utf8").replace(/^cluster\.id=.*$/m, `cluster.id=${newId()}`));
  }

  #ready(broker: ChildProcess): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      let text = "";
      const fail = (why: string) => {
        reject(new Error(`Kafka ${why}: ${lastLine(text)} (its log is ${this.#file("kafka.log")})`));
      };
      const late = setTimeout(() => fail(`was not ready after ${START_MS / 1000} s`), START_MS);
      broker.once("exit", () => {
        clearTimeout(late);
        fail("ended while it started");
      });
      const take = (chunk: Buffer) => {
        if (existsSync(this.folder)) appendFileSync(this.#file("kafka.log"), chunk);
        text = (text + chunk).slice(-LOG_CHARACTERS);
        if (!text.includes("Kafka Server started")) return;
        clearTimeout(late);
        resolve();
      };
      broker.stdout?.on("data", take);
      broker.stderr?.on("data", take);
    });
  }

  /** Of the JVM: little memory, and nothing that takes long to begin. */
  #arguments(main: string, heapMb: number, ...args: string[]): string[] {
    return [
      "-Xms32m",
      `-Xmx${heapMb}m`,
      "-XX:+UseSerialGC",
      // What the second compiler takes, a broker that runs for minutes does not give back.
      "-XX:TieredStopAtLevel=1",
      "-XX:MaxDirectMemorySize=128m",
      "-Djava.awt.headless=true",
      `-Dlog4j2.configurationFile=${this.#file("log4j2.properties")}`,
      "-cp",
      this.classPath,
      main,
      ...args,
    ];
  }

  /** What it has printed since its start. */
  log(): string {
    return readFileSync(this.#file("kafka.log"), "utf8");
  }

  #file(name: string): string {
    return join(this.folder, name);
  }
}

/** Of a topic whose partitions have leaders; undefined for one whose have not, yet. */
async function offsetsOf(admin: Admin, topic: string): Promise<unknown> {
  try {
    return await admin.fetchTopicOffsets(topic);
  } catch (error) {
    if ((error as KafkaJSError).retriable) return undefined;
    throw error;
  }
}

/** Of a cluster, as Kafka makes them. */
function newId(): string {
  return randomBytes(16).toString("base64url").replace(/^-/, "A");
}

const LOG_CHARACTERS = 10_000;

function lastLine(text: string): string {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return (
    lines.findLast((line) => / (ERROR|FATAL) |Exception/.test(line)) ?? lines.at(-1) ?? "it printed nothing"
  );
}
