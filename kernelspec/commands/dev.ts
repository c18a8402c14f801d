/** `millrace dev …`: real servers on this machine, to develop streams against. */

import { once } from "node:events";
import { Command, InvalidArgumentError } from "commander";
import { HdfsCluster } from "../dev/hdfs-cluster.js";
import { KafkaBroker } from "../dev/kafka-broker.js";

export function devCommand(): Command {
  return new Command("dev")
    .description("start a real server on this machine, to develop against")
    .addCommand(kafkaCommand())
    .addCommand(hdfsCommand());
}

interface KafkaOptions {
  port: number;
  topics: Record<string, number>;
}

function kafkaCommand(): Command {
  return new Command("kafka")
    .description(
      "a Kafka broker of one node, with its data in a temporary folder; needs Java 17, and once Maven",
    )
    .option("--port <n>", "port on 127.0.0.1; 0 for a free one", portNumber, 9092)
    .option("--topics <list>", "topics to make, with their partitions: words:2,counts", topicList, {})
    .action(async ({ port, topics }: KafkaOptions) => {
      const stop = untilSignal();
      const broker = await KafkaBroker.start({ port, topics, say: console.error });
      const made = Object.entries(topics).map(([topic, partitions]) => `${topic} (${partitions})`);
      console.log(`Kafka is ready: brokers: ["${broker.address}"]`);
      if (made.length > 0) console.log(`topics: ${made.join(", ")}`);
      console.error("Ctrl-C ends it, and its data go");
      await stop;
      console.error(ENDING);
      await broker.stop();
    });
}

interface HdfsOptions {
  port: number;
  rpcPort: number;
  dataNodes: number;
}

function hdfsCommand(): Command {
  return new Command("hdfs")
    .description(
      "a Hadoop file system of one NameNode and some DataNodes, with its data in a temporary folder; needs Java 17, and once Maven",
    )
    .option("--port <n>", "port of the web server on 127.0.0.1; 0 for a free one", portNumber, 9870)
    .option("--rpc-port <n>", "port of the NameNode for Hadoop's own programs; likewise", portNumber, 8020)
    .option("--data-nodes <n>", "how many DataNodes", count, 2)
    .action(async ({ port, rpcPort, dataNodes }: HdfsOptions) => {
      const stop = untilSignal();
      const cluster = await HdfsCluster.start({ webPort: port, rpcPort, dataNodes, say: console.error });
      console.log(`HDFS is ready: ${cluster.webUrl}/ (or ${cluster.url}/)`);
      console.log(`its web page: http://127.0.0.1:${cluster.webPort}/`);
      console.error("Ctrl-C ends it, and its data go");
      await stop;
      console.error(ENDING);
      await cluster.stop();
    });
}

/** The first run of a version writes its classes down when it ends: who sees nothing happen presses Ctrl-C again. */
const ENDING = "it ends: a moment, the first time half a minute";

/** Resolves at Ctrl-C, or when the terminal goes. */
function untilSignal(): Promise<unknown> {
  return Promise.race((["SIGINT", "SIGTERM", "SIGHUP"] as const).map((signal) => once(process, signal)));
}

function portNumber(text: string): number {
  const port = Number(text);
  if (text.trim() !== "" && Number.isInteger(port) && port >= 0 && port < 65536) return port;
  throw new InvalidArgumentError("a port is a whole number from 1 to 65535, or 0 for a free one.");
}

/** `words:2,counts` */
function topicList(text: string): Record<string, number> {
  return Object.fromEntries(
    text.split(",").map((item) => {
      const [topic = "", partitions = "1", ...rest] = item.trim().split(":");
      const count = Number(partitions);
      if (/^[\w.-]{1,249}$/.test(topic) && Number.isInteger(count) && count >= 1 && rest.length === 0)
        return [topic, count];
      throw new InvalidArgumentError(`${JSON.stringify(item)} is no topic; write words:2,counts:1.`);
    }),
  );
}

function count(text: string): number {
  const n = Number(text);
  if (Number.isInteger(n) && n >= 1) return n;
  throw new InvalidArgumentError("a number of servers is a whole number of at least 1.");
}
