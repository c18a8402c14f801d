/** The configuration of a Hadoop file system on one machine, for development. */

export interface HdfsAddress {
  /** Of the NameNode. */
  rpcPort: number;
  webPort: number;
  /** Folder of all files. */
  folder: string;
  replication: number;
}

type Properties = Readonly<Record<string, string>>;

/** Text of a core-site.xml. */
export function coreSite({ rpcPort, folder }: HdfsAddress): string {
  return xml({
    "fs.defaultFS": `hdfs://127.0.0.1:${rpcPort}`,
    "hadoop.tmp.dir": `${folder}/tmp`,
    "hadoop.http.authentication.signature.secret.file": `${folder}/conf/secret`,
  });
}

/** Text of an hdfs-site.xml. @param more properties that count more than those here */
export function hdfsSite(address: HdfsAddress, more: Properties): string {
  const { rpcPort, webPort, folder, replication } = address;
  return xml({
    "dfs.namenode.rpc-address": `127.0.0.1:${rpcPort}`,
    "dfs.namenode.rpc-bind-host": "127.0.0.1",
    "dfs.namenode.http-address": `127.0.0.1:${webPort}`,
    "dfs.namenode.http-bind-host": "127.0.0.1",
    "dfs.namenode.name.dir": `file://${folder}/namenode`,
    "dfs.replication": String(replication),
    ...LOOPBACK,
    ...QUICK,
    ...QUICK_TO_CLOSE,
    ...SMALL,
    ...more,
  });
}

/** DataNodes at free ports of this machine. */
const LOOPBACK = {
  "dfs.datanode.address": "127.0.0.1:0",
  "dfs.datanode.ipc.address": "127.0.0.1:0",
  "dfs.datanode.hostname": "127.0.0.1",
  "dfs.namenode.datanode.registration.ip-hostname-check": "false",
};

/** Safe mode is over when the first DataNode has reported; one that is gone is seen after 12 s, not after 10 minutes. */
const QUICK = {
  "dfs.namenode.safemode.extension": "0",
  "dfs.namenode.safemode.min.datanodes": "1",
  "dfs.heartbeat.interval": "1",
  "dfs.namenode.heartbeat.recheck-interval": "1000",
  "dfs.namenode.edits.noeditlogchannelflush": "true",
};

/**
 * A DataNode that closes a file asks for it again after 10 ms where the NameNode has not heard of its last block yet, which on a busy
 * machine is the rule, not after 400 ms; and for 20 s in all, as otherwise.
 */
const QUICK_TO_CLOSE = {
  "dfs.client.block.write.locateFollowingBlock.initial.delay.ms": "10",
  "dfs.client.block.write.locateFollowingBlock.retries": "11",
};

/** Few threads, and a disk that may be almost full. */
const SMALL = {
  "dfs.namenode.handler.count": "4",
  "dfs.datanode.handler.count": "3",
  "dfs.namenode.fs-limits.min-block-size": "4096",
  "dfs.datanode.du.reserved": "0",
  "dfs.namenode.resource.du.reserved": "10485760",
};

function xml(properties: Properties): string {
  const all = Object.entries(properties).map(
    ([name, value]) => `<property><name>${name}</name><value>${value}</value></property>\n`,
  );
  return `<configuration>\n${all.join("")}</configuration>\n`;
}

/** What the servers print, on stdout. */
export const LOG_PROPERTIES = `log4j.rootLogger=INFO,out
log4j.appender.out=org.apache.log4j.ConsoleAppender
log4j.appender.out.layout=org.apache.log4j.PatternLayout
log4j.appender.out.layout.ConversionPattern=%d{ISO8601} %p %c{1}: %m%n
`;
