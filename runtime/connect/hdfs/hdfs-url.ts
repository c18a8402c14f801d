import { posix } from "node:path";
import { StreamError } from "../../stream-error.js";
import type { HdfsOptions } from "./hdfs-options.js";
import { DEFAULT_WEB_PORT } from "./hdfs-options.js";

/** What a URL of a file system of Hadoop's says. */
export interface HdfsUrl {
  /** `hdfs://namenode:8020`: all before the path. */
  root: string;
  /** Of the NameNode's web server. */
  host: string;
  port: number;
  /** Absolute, without `.`, `..` and a slash at its end. */
  path: string;
}

/** @throws StreamError RT_FILE_SYSTEM for a URL without a host, or with what is no port */
export function parseHdfsUrl(url: string, { webPort = DEFAULT_WEB_PORT }: HdfsOptions): HdfsUrl {
  const [, scheme = "", authority = "", path = "/"] = /^([a-z]+):\/\/([^/]*)(\/.*)?$/i.exec(url) ?? [];
  const [, host = "", portText = ""] = /^(\[[^\]]+\]|[^:@[\]]+)(?::(\d+))?$/.exec(authority) ?? [];
  if (host === "") {
    throw new StreamError(
      "RT_FILE_SYSTEM",
      `${url} does not say whose files are meant; write hdfs://host/path or webhdfs://host:port/path, with the host of the NameNode`,
    );
  }
  const isWeb = scheme.toLowerCase() === "webhdfs";
  const port = isWeb && portText !== "" ? Number(portText) : webPort;
  return {
    root: `${scheme.toLowerCase()}://${authority}`,
    host,
    port,
    path: posix.resolve("/", path),
  };
}

/** The path that is meant by one of the user's, without `.` and `..`. @throws StreamError RT_FILE_SYSTEM where it is not from the root */
export function absoluteHdfsPath(path: string): string {
  if (path.startsWith("/")) return posix.resolve(path);
  throw new StreamError(
    "RT_FILE_SYSTEM",
    `a path of HDFS begins at the root, as /user/ada does, not ${JSON.stringify(path)}`,
  );
}

/** A path as a part of a URL: no character of it means anything there. */
export function encodePath(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}
