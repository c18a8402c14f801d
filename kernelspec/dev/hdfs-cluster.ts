/**
 * A real Hadoop file system on this machine, a NameNode and DataNodes as processes of their own, for development and tests: its jars
 * come from Maven Central.
 */

import { randomBytes } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WebHdfs } from "../../runtime/connect/hdfs/web-hdfs.js";
import { capture } from "../process/capture.js";
import { freePort } from "../process/free-port.js";
import { waitFor } from "../process/wait-for.js";
import { coreSite, type HdfsAddress, hdfsSite, LOG_PROPERTIES } from "./hdfs-configuration.js";
import { ensureJars, type Jars } from "./jars.js";
import { findJava } from "./java.js";
import { JavaProcess } from "./java-process.js";
import { checkFree } from "./loopback-port.js";
import { madeOnce } from "./made-once.js";

const HADOOP_VERSION = "3.5.0";

const NAME = `hadoop-${HADOOP_VERSION}`;

const JARS: Jars = {
  folder: NAME,
  what: `Hadoop ${HADOOP_VERSION}`,
  artifacts: [
    { group: "org.apache.hadoop", name: "hadoop-client-minicluster", version: HADOOP_VERSION },
    { group: "org.slf4j", name: "slf4j-reload4j", version: "1.7.36" },
  ],
};

export interface HdfsClusterOptions {
  /** Of the NameNode's web server, on 127.0.0.1; left out or 0: a free one. */
  webPort?: number;
  /** Of the NameNode for Hadoop's own programs; likewise. */
  rpcPort?: number;
  /** Default 2. */
  dataNodes?: number;
  /** Further properties of hdfs-site.xml. */
  properties?: Readonly<Record<string, string>>;
  /** Gets a line before what takes long. */
  say?(line: string): void;
}

const START_MS = 240_000;

const NAME_NODE = "org.apache.hadoop.hdfs.server.namenode.NameNode";
const DATA_NODE = "org.apache.hadoop.hdfs.server.datanode.DataNode";
const ADMIN = "org.apache.hadoop.hdfs.tools.DFSAdmin";

/** A DataNode that runs. */
interface DataNode {
  process: JavaProcess;
  /** Of its web server. */
  address: string;
}

export class HdfsCluster {
  #nameNode: JavaProcess | undefined;
  readonly #dataNodes = new Map<number, DataNode>();

  private constructor(
    /** All its files; removed by {@link stop}. */
    readonly folder: string,
    private readonly address: HdfsAddress,
    private readonly java: string,
    private readonly jars: string,
  ) {}

  /**
   * Resolves when files can be written. `/tmp` and `/user` are there, for everybody.
   * @throws Error with one sentence where Java or Maven is missing, a port is taken, or it does not start
   */
  static async start(options: HdfsClusterOptions = {}): Promise<HdfsCluster> {
    const { webPort = 0, rpcPort = 0, dataNodes = 2, properties = {}, say = () => undefined } = options;
    const { path: java } = await findJava("HDFS");
    const jars = await ensureJars(JARS, say);
    for (const port of [webPort, rpcPort]) if (port !== 0) await checkFree(port);
    const folder = mkdtempSync(join(tmpdir(), "millrace-hdfs-"));
    const address: HdfsAddress = {
      webPort: webPort || (await freePort()),
      rpcPort: rpcPort || (await freePort()),
      folder,
      replication: Math.min(2, dataNodes),
    };
    const cluster = new HdfsCluster(folder, address, java, jars);
    cluster.#configure(properties);
    try {
      await cluster.#format();
      cluster.#nameNode = cluster.#spawn("namenode", NAME_NODE);
      for (let i = 0; i < dataNodes; i++) await cluster.startDataNode(i);
      await cluster.ready();
      for (const path of ["/tmp", "/user"]) {
        await cluster.client.mkdirs(path);
        await cluster.client.setPermission(path, "1777");
      }
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  /** `hdfs://127.0.0.1:8020`; its port is the NameNode's own, not its web server's. */
  get url(): string {
    return `hdfs://127.0.0.1:${this.address.rpcPort}`;
  }

  /** `webhdfs://127.0.0.1:9870`. */
  get webUrl(): string {
    return `webhdfs://127.0.0.1:${this.address.webPort}`;
  }

  get webPort(): number {
    return this.address.webPort;
  }

  /** As the user that may do everything: who started it. */
  get client(): WebHdfs {
    return new WebHdfs(this.webUrl);
  }

  /** Resolves when the NameNode knows the DataNodes that run, where they are, and takes files. */
  async ready(): Promise<void> {
    let seen = "";
    await waitFor(
      () => `HDFS to be ready: ${seen}`,
      async () => {
        for (const process of [this.#nameNode, ...this.#processes()])
          if (process?.isRunning === false)
            throw new Error(`HDFS ended while it started: ${process.reason()} (its log is ${process.log})`);
        const { live, isSafe } = await this.#state();
        seen = `${live.length} of ${this.#dataNodes.size} DataNodes${isSafe ? ", in safe mode or not there" : ""}`;
        return isSafe || [...this.#dataNodes.values()].some(({ address }) => !live.includes(address))
          ? undefined
          : true;
      },
      START_MS,
    );
  }

  async startDataNode(i: number): Promise<void> {
    const data = join(this.folder, `data-${i}`);
    mkdirSync(data, { recursive: true, mode: 0o700 });
    const address = `127.0.0.1:${await freePort()}`;
    const properties = { "dfs.datanode.data.dir": `file://${data}`, "dfs.datanode.http.address": address };
    const args = Object.entries(properties).flatMap(([name, value]) => ["-D", `${name}=${value}`]);
    this.#dataNodes.set(i, { process: this.#spawn(`datanode-${i}`, DATA_NODE, ...args), address });
  }

  /** Ends a DataNode at once, as a loss of power would: its data stay. */
  async killDataNode(i: number): Promise<void> {
    await this.#dataNodes.get(i)?.process.end("SIGKILL");
    this.#dataNodes.delete(i);
  }

  /** These DataNodes stand still until they are {@link resumeDataNodes resumed}. */
  pauseDataNodes(...nodes: number[]): void {
    for (const i of nodes) this.#dataNodes.get(i)?.process.pause();
  }

  resumeDataNodes(...nodes: number[]): void {
    for (const i of nodes) this.#dataNodes.get(i)?.process.resume();
  }

  /** The NameNode stands still until it is {@link resumeNameNode resumed}. */
  pauseNameNode(): void {
    this.#nameNode?.pause();
  }

  resumeNameNode(): void {
    this.#nameNode?.resume();
  }

  /** Ends the NameNode at once, as a loss of power would: what it knows stays. */
  async killNameNode(): Promise<void> {
    await this.#nameNode?.end("SIGKILL");
  }

  /** After {@link killNameNode}. It takes files when it is {@link ready}. */
  startNameNode(): void {
    this.#nameNode = this.#spawn("namenode", NAME_NODE);
  }

  /** Runs `hdfs dfsadmin`: `-safemode enter`. */
  async admin(...args: string[]): Promise<void> {
    const { status, stdout, stderr } = await capture(this.java, this.#arguments(ADMIN, ...args));
    if (status !== 0) throw new Error(`dfsadmin ${args.join(" ")} failed: ${stdout}${stderr}`);
  }

  /** Ends it in order, and removes its files. */
  async stop(): Promise<void> {
    const processes = [...this.#processes(), ...(this.#nameNode ? [this.#nameNode] : [])];
    await Promise.all(processes.map((process) => process.end("SIGTERM")));
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }

  #configure(properties: Readonly<Record<string, string>>): void {
    mkdirSync(join(this.folder, "conf"));
    const write = (name: string, text: string) =>
      writeFileSync(join(this.folder, "conf", name), text, { mode: 0o600 });
    write("core-site.xml", coreSite(this.address));
    write("hdfs-site.xml", hdfsSite(this.address, properties));
    write("log4j.properties", LOG_PROPERTIES);
    write("secret", randomBytes(32).toString("base64"));
  }

  /** The NameNode's folder as it wants it. All begin with the same: to format takes a JVM of its own. */
  async #format(): Promise<void> {
    const formatted = await madeOnce(`${NAME}-formatted`, async (folder) => {
      const { status, stdout, stderr } = await capture(
        this.java,
        this.#arguments(
          NAME_NODE,
          "-D",
          `dfs.namenode.name.dir=file://${folder}`,
          "-format",
          "-nonInteractive",
        ),
      );
      if (status === 0) return;
      const lines = `${stdout}${stderr}`.trim().split("\n");
      throw new Error(
        `HDFS could not prepare its folder: ${lines.findLast((line) => /Exception|ERROR/.test(line)) ?? lines.at(-1)}`,
      );
    });
    cpSync(formatted, join(this.folder, "namenode"), { recursive: true });
  }

  /** As the NameNode sees it. */
  async #state(): Promise<{ live: string[]; isSafe: boolean }> {
    const url = `http://127.0.0.1:${this.address.webPort}/jmx?qry=Hadoop:service=NameNode,name=NameNodeInfo`;
    try {
      const { beans } = (await (await fetch(url)).json()) as {
        beans: { LiveNodes: string; Safemode: string }[];
      };
      const [{ LiveNodes, Safemode } = { LiveNodes: "{}", Safemode: "not there yet" }] = beans;
      const live = Object.values(JSON.parse(LiveNodes) as Record<string, { infoAddr: string }>);
      return { live: live.map(({ infoAddr }) => infoAddr), isSafe: Safemode !== "" };
    } catch {
      return { live: [], isSafe: true }; // it does not answer yet
    }
  }

  #processes(): JavaProcess[] {
    return [...this.#dataNodes.values()].map(({ process }) => process);
  }

  #spawn(name: string, ...args: string[]): JavaProcess {
    return new JavaProcess(this.java, this.#arguments(...args), join(this.folder, `${name}.log`));
  }

  /** Of the JVM: little memory, and nothing that takes long to begin. */
  #arguments(...args: string[]): string[] {
    return [
      "-Xms32m",
      "-Xmx192m",
      "-XX:+UseSerialGC",
      "-XX:TieredStopAtLevel=1",
      "-XX:MaxDirectMemorySize=64m",
      "-Djava.awt.headless=true",
      "-Djava.net.preferIPv4Stack=true",
      "-cp",
      [join(this.folder, "conf"), join(this.jars, "*")].join(process.platform === "win32" ? ";" : ":"),
      ...args,
    ];
  }
}
