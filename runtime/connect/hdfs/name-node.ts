import { setTimeout as wait } from "node:timers/promises";
import { StreamError } from "../../stream-error.js";
import { connectionProblem } from "../connection-problem.js";
import { howToStart } from "../dev-server.js";
import { HdfsAway } from "./hdfs-away.js";
import type { HdfsOptions } from "./hdfs-options.js";
import { absoluteHdfsPath, encodePath, type HdfsUrl } from "./hdfs-url.js";
import { DataNodeFault, isAboutNodes, parseRemoteException, remoteFault } from "./remote-fault.js";

export type Method = "GET" | "PUT" | "POST" | "DELETE";

type Parameters = Readonly<Record<string, string | number | boolean | undefined>>;

/** A NameNode that is silent for so long is told of as one that is away: within ten seconds. */
const SILENT_MS = 7000;

/** Before a NameNode is asked again that says it is not able to answer right now. */
const WAITS_MS = [100, 400, 1000];

/** What an answer of success has one of, if it has anything. */
const ANSWERS = ["boolean", "FileStatus", "FileStatuses"];

/** The web server of a NameNode, by which files are found and named. */
export class NameNode {
  /** Who asks: not a field that shows, for it may have a token. */
  readonly #who: HdfsOptions;

  constructor(
    private readonly url: Omit<HdfsUrl, "path">,
    who: HdfsOptions,
  ) {
    this.#who = who;
  }

  /**
   * The JSON that an operation gives; undefined where it gives none.
   * @param what for messages: "list"
   * @throws StreamError RT_FILE, RT_HDFS
   */
  async call<T>(what: string, method: Method, path: string, parameters: Parameters): Promise<T | undefined> {
    for (const waitMs of [...WAITS_MS, undefined]) {
      const { status, text } = await this.#ask(what, method, path, parameters);
      if (status === 200) return text === "" ? undefined : this.#parsed<T>(text);
      const said = parseRemoteException(text);
      if (said?.exception !== "RetriableException" || waitMs === undefined)
        throw said === undefined ? this.#stranger(status, text) : remoteFault(what, this.#where(path), said);
      await wait(waitMs);
    }
    throw new Error("unreachable");
  }

  /**
   * Where the bytes of a file are to be had, or brought: a URL of a DataNode, which may hold a token.
   * @throws DataNodeFault when there is no DataNode for them; StreamError RT_FILE, RT_HDFS
   */
  async locate(what: string, method: Method, path: string, parameters: Parameters): Promise<URL> {
    const { status, text, location } = await this.#ask(what, method, path, parameters);
    if (status === 307 && location !== null && URL.canParse(location)) return new URL(location);
    const said = parseRemoteException(text);
    if (said === undefined) throw this.#stranger(status, text);
    if (isAboutNodes(said)) throw new DataNodeFault(firstLine(said.message), undefined, false);
    throw remoteFault(what, this.#where(path), said);
  }

  /** Whether it is there. @throws HdfsAway when it is not */
  async look(what: string, path: string): Promise<void> {
    try {
      await this.call(what, "GET", path, { op: "GETFILESTATUS" });
    } catch (error) {
      if (error instanceof HdfsAway) throw error;
    }
  }

  async #ask(what: string, method: Method, path: string, parameters: Parameters) {
    const { host, port } = this.url;
    const url = `http://${host}:${port}/webhdfs/v1${encodePath(absoluteHdfsPath(path))}?${this.#query(parameters)}`;
    const silent = new AbortController();
    const patience = setTimeout(() => silent.abort(), SILENT_MS);
    try {
      const response = await fetch(url, { method, redirect: "manual", signal: silent.signal });
      const decoder = new TextDecoder();
      let text = "";
      for await (const bytes of response.body ?? []) {
        patience.refresh();
        text += decoder.decode(bytes, { stream: true });
      }
      return { status: response.status, text, location: response.headers.get("location") };
    } catch (error) {
      throw this.#away(what, path, silent.signal.aborted ? undefined : error);
    } finally {
      clearTimeout(patience);
    }
  }

  /** Any web server may answer with success. */
  #parsed<T>(text: string): T {
    try {
      const answer: unknown = JSON.parse(text);
      if (typeof answer === "object" && answer !== null && ANSWERS.some((name) => name in answer))
        return answer as T;
    } catch {
      // HTML, most often
    }
    throw this.#stranger(200, text);
  }

  #query(parameters: Parameters): URLSearchParams {
    const { user, delegationToken } = this.#who;
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(parameters))
      if (value !== undefined) query.set(name, String(value));
    if (delegationToken !== undefined) query.set("delegation", delegationToken);
    else if (user !== undefined) query.set("user.name", user);
    return query;
  }

  #where(path: string): string {
    return `${this.url.root}${path}`;
  }

  /** @param error undefined when it is silent. Not told itself: its text is not this program's, and the URL that was asked may hold a token */
  #away(what: string, path: string, error: unknown): StreamError {
    const { host, port } = this.url;
    const server = `the NameNode's web server at ${host}:${port}`;
    const why =
      error === undefined
        ? `${server} was silent for ${SILENT_MS / 1000} s`
        : connectionProblem(error, `${server} cannot be reached`);
    const start = why.endsWith("(ECONNREFUSED)") ? howToStart("hdfs", [host]) : "";
    return new HdfsAway(`cannot ${what} ${this.#where(path)}: ${why}${start}; ${this.#wayToPort()}`);
  }

  #stranger(status: number, text: string): StreamError {
    const { host, port, root } = this.url;
    const what = /Hadoop IPC port/.test(text)
      ? "is the NameNode's RPC port, not its web server's"
      : `does not speak WebHDFS (it answers with HTTP status ${status})`;
    return new StreamError(
      "RT_HDFS",
      `${host}:${port}, asked for files of ${root}, ${what}; ${this.#wayToPort()}`,
    );
  }

  #wayToPort(): string {
    return this.url.root.startsWith("webhdfs:")
      ? "the port of a webhdfs:// URL is that of the web server (dfs.namenode.http-address, 9870 where nobody says)"
      : "the port of an hdfs:// URL is not asked: give that of the web server (dfs.namenode.http-address) by the option hdfs: { webPort } or MILLRACE_HDFS_WEB_PORT, or in a webhdfs:// URL";
  }
}

/** Without what was asked for, as the NameNode's programmers see it. */
function firstLine(message: string): string {
  return (message.split("\n")[0] ?? "").replace(/\. excludeDatanodes=.*$/, "");
}
