import { userInfo } from "node:os";
import { getEnvironmentData, setEnvironmentData } from "node:worker_threads";
import { StreamError } from "../../stream-error.js";
import { type DurationLike, toDuration } from "../../time/duration.js";

/** How Hadoop's file systems are spoken to. */
export interface HdfsOptions {
  /**
   * Port of the NameNode's web server, for `hdfs://` URLs, whose port is another one; default 9870, Hadoop's, or the environment's
   * MILLRACE_HDFS_WEB_PORT. A `webhdfs://` URL has the web server's own.
   */
  webPort?: number;
  /** Who files are read and written as, where the cluster believes names; default HADOOP_USER_NAME, else the system's user. */
  user?: string;
  /** Instead of a name, where it does not: what `hdfs fetchdt` got. Default MILLRACE_HDFS_TOKEN. It is shown nowhere. */
  delegationToken?: string;
  /** How long streams and jobs wait for a cluster that is away, before they fail; default 2 minutes. */
  patience?: DurationLike;
}

const PATIENCE = "2 minutes";

/** Hadoop's default for `dfs.namenode.http-address`. */
export const DEFAULT_WEB_PORT = 9870;

const KEY = "millrace.hdfs";

/**
 * Gives them to all threads that this one starts from now on, and they to theirs: tasks open files themselves. Of the process: the
 * last call counts.
 * @throws StreamError RT_HDFS_OPTIONS, RT_DURATION
 */
export function shareHdfsOptions(options: HdfsOptions): void {
  checkPort(options.webPort ?? DEFAULT_WEB_PORT, "webPort of the option hdfs");
  // A duration as a number: an object of a class would not be one in another thread.
  setEnvironmentData(KEY, { ...options, patience: toDuration(options.patience ?? PATIENCE).ms });
}

/** Of what was shared. */
export function hdfsPatienceMs(): number {
  const { patience = PATIENCE } = (getEnvironmentData(KEY) ?? {}) as HdfsOptions;
  return toDuration(patience).ms;
}

/** What was shared, else what the environment says, else Hadoop's defaults. @throws StreamError RT_HDFS_OPTIONS */
export function hdfsOptions(): HdfsOptions {
  const shared = (getEnvironmentData(KEY) ?? {}) as HdfsOptions;
  const { MILLRACE_HDFS_WEB_PORT, MILLRACE_HDFS_TOKEN, HADOOP_USER_NAME } = process.env;
  const delegationToken = shared.delegationToken ?? (MILLRACE_HDFS_TOKEN || undefined);
  return {
    webPort: shared.webPort ?? environmentPort(MILLRACE_HDFS_WEB_PORT),
    user: shared.user ?? (HADOOP_USER_NAME || userInfo().username),
    ...(delegationToken !== undefined && { delegationToken }),
  };
}

function environmentPort(text: string | undefined): number {
  if (!text) return DEFAULT_WEB_PORT;
  checkPort(Number(text), "MILLRACE_HDFS_WEB_PORT");
  return Number(text);
}

function checkPort(port: number, what: string): void {
  if (Number.isInteger(port) && port > 0 && port < 65536) return;
  throw new StreamError("RT_HDFS_OPTIONS", `${what} is a port, from 1 to 65535, not ${port}`);
}
