import { randomBytes } from "node:crypto";
import { basename, dirname, join } from "node:path/posix";
import { Attempts } from "./attempts.js";
import { Delivery } from "./data-node.js";
import { absoluteHdfsPath } from "./hdfs-url.js";
import { KeptBytes } from "./kept-bytes.js";
import type { NameNode } from "./name-node.js";
import { DataNodeFault } from "./remote-fault.js";
import type { Silence } from "./silence.js";

export interface HdfsWriteOptions {
  /** Whether a file of this name goes, when this one is whole; otherwise it must not be there. Default false. */
  overwrite?: boolean;
  /** How many DataNodes are to hold it; default: as the cluster has it. */
  replication?: number;
}

/**
 * A new file, written from its beginning to its end. When the DataNode that takes the bytes goes away, the file is begun anew with
 * another one: all that was written is kept until it is closed, in memory or beyond 128 MB in a temporary file. Calls are awaited one
 * after the other.
 *
 * A DataNode that stood still may go on at any time, and begin the file that it was once asked for. So no two attempts have the same
 * name, and none of them takes the place of a file: all but the first, which fails where there is one, write beside it, and what is
 * whole is renamed.
 */
export class HdfsWriter {
  readonly #attempts: Attempts;
  readonly #kept = new KeptBytes();
  #delivery: Delivery | undefined;
  /** That the attempt at hand writes to. */
  #at: string | undefined;
  /** That attempts before it may have made. */
  readonly #left: string[] = [];
  #isAborted = false;

  constructor(
    private readonly nameNode: NameNode,
    silence: Silence,
    private readonly path: string,
    private readonly where: string,
    private readonly options: HdfsWriteOptions,
  ) {
    this.#attempts = new Attempts(nameNode, silence, path, { what: "write", where });
  }

  /**
   * @param bytes are not changed before the file is closed
   * @returns whether they are held as they are until then
   * @throws StreamError RT_FILE, RT_HDFS
   */
  async write(bytes: Uint8Array): Promise<boolean> {
    const isHeld = await this.#kept.add(bytes);
    await this.#carry(async (delivery, isNew) => {
      // A new one was given them with all that is kept.
      if (!isNew) await delivery.write(bytes);
    });
    return isHeld;
  }

  /** The file is whole and seen when this resolves. @throws StreamError RT_FILE, RT_HDFS */
  async close(): Promise<void> {
    await this.#carry((delivery) => delivery.end());
    if (this.#at !== undefined && this.#at !== this.path)
      await this.nameNode.call("write", "PUT", this.#at, {
        op: "RENAME",
        destination: this.path,
        renameoptions: "OVERWRITE",
      });
    this.#attempts.ended();
    await this.#kept.drop();
    this.#removeLeft();
  }

  /** Gives up: what is there under the file's own name stays, for whoever began it to remove. */
  async abort(): Promise<void> {
    this.#isAborted = true;
    this.#leave();
    await this.#kept.drop();
    this.#removeLeft();
  }

  async #carry(work: (delivery: Delivery, isNew: boolean) => Promise<void>): Promise<void> {
    this.#attempts.began();
    for (;;) {
      try {
        const isNew = this.#delivery === undefined;
        const delivery = this.#delivery ?? (await this.#begin());
        await work(delivery, isNew);
        return;
      } catch (error) {
        const isMade = !(error instanceof DataNodeFault) || error.reached;
        this.#leave(isMade);
        if (this.#isAborted) throw error;
        await this.#attempts.failed(error);
      }
    }
  }

  async #begin(): Promise<Delivery> {
    const { overwrite = false, replication } = this.options;
    const at = overwrite || this.#left.length > 0 ? this.#beside() : this.path;
    const location = await this.#attempts.locate((excludedatanodes) =>
      this.nameNode.locate("create", "PUT", at, {
        op: "CREATE",
        overwrite: false,
        replication,
        excludedatanodes,
      }),
    );
    if (this.#isAborted) throw new Error(`nobody writes ${this.where} any more`);
    const purpose = { what: "create", where: this.where };
    const delivery = new Delivery(location, "PUT", purpose, this.#attempts, 201);
    this.#delivery = delivery;
    this.#at = at;
    for await (const bytes of this.#kept) await delivery.write(bytes);
    return delivery;
  }

  /** The attempt at hand is over. @param isMade whether there may be a file of it */
  #leave(isMade = true): void {
    this.#delivery?.abort();
    if (this.#at !== undefined && isMade) this.#left.push(this.#at);
    this.#delivery = undefined;
    this.#at = undefined;
  }

  /** As far as they can be reached: nobody waits for it, and nobody reads them. */
  #removeLeft(): void {
    for (const path of this.#left)
      if (path !== this.path)
        this.nameNode.call("remove", "DELETE", path, { op: "DELETE" }).catch(() => undefined);
  }

  /** A hidden name in the same folder, that nothing else has. */
  #beside(): string {
    const path = absoluteHdfsPath(this.path);
    return join(dirname(path), `.${basename(path)}.${randomBytes(9).toString("hex")}`);
  }
}
