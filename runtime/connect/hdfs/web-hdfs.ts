import { StreamError } from "../../stream-error.js";
import { Attempts } from "./attempts.js";
import { Delivery, receive } from "./data-node.js";
import { type HdfsOptions, hdfsOptions } from "./hdfs-options.js";
import { parseHdfsUrl } from "./hdfs-url.js";
import { type HdfsWriteOptions, HdfsWriter } from "./hdfs-writer.js";
import { NameNode } from "./name-node.js";
import { DataNodeFault, Missing } from "./remote-fault.js";
import { Silence } from "./silence.js";

/** A file or folder of HDFS. */
export interface HdfsStatus {
  /** From the root, without host. */
  path: string;
  isFolder: boolean;
  /** In bytes; 0 for a folder. */
  size: number;
  /** Time of the last change, in ms since 1970, by the clock of the NameNode. */
  modifiedMs: number;
  /** In bytes; 0 for a folder. */
  blockSize: number;
  replication: number;
  owner: string;
  group: string;
  /** In octal: "755". */
  permission: string;
}

/** Which bytes are read. */
export interface HdfsReadRange {
  /** Of the first; default 0. */
  start?: number;
  /** After the last; default, and where the file is shorter: its end. */
  end?: number;
}

/** A DataNode that appends and is silent for so long is given up: another one cannot go on. */
const APPEND_MS = 8000;

/**
 * The files of a Hadoop cluster, by WebHDFS: its REST API, which every NameNode and DataNode has. Paths are from the root. All is
 * async; what fails is a StreamError: RT_FILE where something is wrong with the path (missing, there already, permission, quota),
 * RT_HDFS where it is with the cluster (out of reach, safe mode, no DataNode, token refused).
 */
export class WebHdfs {
  readonly #nameNode: NameNode;
  readonly #root: string;
  readonly #silence: Silence;

  /**
   * Asks nothing yet.
   * @param url `hdfs://host:port` or `webhdfs://host:port`; a path in it is not looked at
   * @param isPatient whether what fails since the cluster is away is done once more
   * @throws StreamError RT_FILE_SYSTEM, RT_HDFS_OPTIONS
   */
  constructor(url: string, options: HdfsOptions = {}, isPatient = false) {
    const all = { ...hdfsOptions(), ...options };
    const { path: _, ...nameNode } = parseHdfsUrl(url, all);
    this.#root = nameNode.root;
    this.#silence = new Silence(isPatient);
    this.#nameNode = new NameNode(nameNode, all);
  }

  /** Undefined when there is nothing of this path. */
  async status(path: string): Promise<HdfsStatus | undefined> {
    try {
      const [status] = await this.#statuses("look at", path, "GETFILESTATUS");
      return status;
    } catch (error) {
      if (error instanceof Missing) return undefined;
      throw error;
    }
  }

  /** What is in a folder, in the order of the names; of a file itself. */
  async list(path: string): Promise<HdfsStatus[]> {
    const statuses = await this.#statuses("list", path, "LISTSTATUS");
    return statuses.sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  /** With the folders it is in, where they are missing; nothing when it is there. */
  async mkdirs(path: string): Promise<void> {
    await this.#confirmed("create", "PUT", path, { op: "MKDIRS" });
  }

  /**
   * @param overwrite whether a file or an empty folder of the new name goes; otherwise it must not be there. The folder of the new name
   * must be.
   */
  async rename(from: string, to: string, { overwrite = false } = {}): Promise<void> {
    // Always with options: without, a file is moved into a folder of the new name, and what failed answers with success.
    const renameoptions = overwrite ? "OVERWRITE" : "NONE";
    await this.#confirmed(`rename to ${this.#where(to)}`, "PUT", from, {
      op: "RENAME",
      destination: to,
      renameoptions,
    });
  }

  /** Removes a file, or a folder with all in it. @returns whether there was one */
  async remove(path: string): Promise<boolean> {
    const done = await this.#nameNode.call<Confirmed>("remove", "DELETE", path, {
      op: "DELETE",
      recursive: true,
    });
    return done?.boolean === true;
  }

  /** Sets who may do what, in octal: "1777". */
  async setPermission(path: string, permission: string): Promise<void> {
    await this.#nameNode.call("set the permission of", "PUT", path, { op: "SETPERMISSION", permission });
  }

  /** The bytes of a file, as they come. Where a DataNode goes away, they go on from another one. */
  async *read(path: string, { start = 0, end }: HdfsReadRange = {}): AsyncGenerator<Uint8Array, void> {
    const [status] = await this.#statuses("read", path, "GETFILESTATUS");
    if (status === undefined || status.isFolder)
      throw new StreamError("RT_FILE", `cannot read ${this.#where(path)}: it is a folder`);
    yield* this.readRange(path, start, Math.min(status.size, end ?? status.size));
  }

  /**
   * {@link read} of bytes that are known to be there.
   * @param signal ends it, with its reason
   */
  async *readRange(
    path: string,
    start: number,
    end: number,
    signal: AbortSignal = new AbortController().signal,
  ): AsyncGenerator<Uint8Array, void> {
    const purpose = { what: "read", where: this.#where(path) };
    const attempts = new Attempts(this.#nameNode, this.#silence, path, purpose);
    for (let at = start; at < end; ) {
      try {
        const location = await attempts.locate((excludedatanodes) =>
          this.#nameNode.locate("read", "GET", path, {
            op: "OPEN",
            offset: at,
            length: end - at,
            excludedatanodes,
          }),
        );
        for await (const bytes of receive(location, end - at, purpose, attempts, signal)) {
          at += bytes.length;
          yield bytes;
          attempts.succeeded();
        }
      } catch (error) {
        await attempts.failed(error);
      }
    }
    attempts.ended();
  }

  /** Writes a whole file, with the folders it is in. Where a DataNode goes away, it is written anew to another one. */
  async create(path: string, content: Uint8Array | string, options: HdfsWriteOptions = {}): Promise<void> {
    const writer = this.writer(path, options);
    await writer.write(typeof content === "string" ? Buffer.from(content) : content);
    await writer.close();
  }

  /** A new file that is written piece by piece: there when its writer is closed. */
  writer(path: string, options: HdfsWriteOptions = {}): HdfsWriter {
    return new HdfsWriter(this.#nameNode, this.#silence, path, this.#where(path), options);
  }

  /** Adds to the end of a file. A DataNode that goes away meanwhile fails it: how much was added is then to be looked up. */
  async append(path: string, content: Uint8Array | string): Promise<void> {
    const purpose = { what: "append to", where: this.#where(path) };
    try {
      const location = await this.#nameNode.locate(purpose.what, "POST", path, { op: "APPEND" });
      const watch = { silentMs: APPEND_MS, look: () => this.#nameNode.look(purpose.what, path) };
      const delivery = new Delivery(location, "POST", purpose, watch, 200);
      await delivery.write(typeof content === "string" ? Buffer.from(content) : content);
      await delivery.end();
    } catch (error) {
      if (!(error instanceof DataNodeFault)) throw error;
      throw new StreamError(
        "RT_HDFS",
        `cannot append to ${purpose.where}: ${error.message}; ${error.reached ? "how much of it was appended is not known: look at its size" : "nothing of it was appended"}`,
        { cause: error },
      );
    }
  }

  async #statuses(what: string, path: string, op: string): Promise<HdfsStatus[]> {
    const answer = await this.#nameNode.call<Listing>(what, "GET", path, { op });
    const statuses = answer?.FileStatuses?.FileStatus ?? (answer?.FileStatus ? [answer.FileStatus] : []);
    return statuses.map((status) => toStatus(path, status));
  }

  /** An operation that answers whether it was done, if it answers at all. */
  async #confirmed(
    what: string,
    method: "PUT",
    path: string,
    parameters: Record<string, string>,
  ): Promise<void> {
    const done = await this.#nameNode.call<Confirmed>(what, method, path, parameters);
    if (done?.boolean !== false) return;
    throw new StreamError(
      "RT_FILE",
      `cannot ${what}, from ${this.#where(path)}: the NameNode did not do it, and does not say why; most often one of the paths is missing or there already`,
    );
  }

  #where(path: string): string {
    return `${this.#root}${path}`;
  }
}

interface Confirmed {
  boolean?: boolean;
}

interface Listing {
  FileStatus?: WireStatus;
  FileStatuses?: { FileStatus: WireStatus[] };
}

/** As WebHDFS has it. */
interface WireStatus {
  pathSuffix: string;
  type: "FILE" | "DIRECTORY" | "SYMLINK";
  length: number;
  modificationTime: number;
  blockSize: number;
  replication: number;
  owner: string;
  group: string;
  permission: string;
}

/** @param asked path that was asked for: a status of it has no name of its own */
function toStatus(asked: string, status: WireStatus): HdfsStatus {
  const { pathSuffix, type, length, modificationTime, blockSize, replication, owner, group, permission } =
    status;
  return {
    path: pathSuffix === "" ? asked : `${asked === "/" ? "" : asked}/${pathSuffix}`,
    isFolder: type === "DIRECTORY",
    size: length,
    modifiedMs: modificationTime,
    blockSize,
    replication,
    owner,
    group,
    permission,
  };
}
