import { Attempts } from "./attempts.js";
import { Delivery } from "./data-node.js";
import { HdfsAway } from "./hdfs-away.js";
import { KeptBytes } from "./kept-bytes.js";
import type { NameNode } from "./name-node.js";
import { DataNodeFault } from "./remote-fault.js";

/** The NameNode is looked at when a DataNode is silent for so long. */
const LOOK_MS = 6000;

export interface HdfsWriteOptions {
  /** Whether a file of this name goes; otherwise it must not be there. Default false. */
  overwrite?: boolean;
  /** How many DataNodes are to hold it; default: as the cluster has it. */
  replication?: number;
}

/**
 * A new file, written from its beginning to its end. When the DataNode that takes the bytes goes away, the file is begun anew with
 * another one: all that was written is kept until it is closed, in memory or beyond 128 MB in a temporary file. Calls are awaited one
 * after the other.
 */
export class HdfsWriter {
  readonly #attempts: Attempts;
  readonly #kept = new KeptBytes();
  #delivery: Delivery | undefined;
  /** Whether an attempt may have made the file: then the next one puts its own in the place of that. */
  #begun = false;
  #aborted = false;

  constructor(
    private readonly nameNode: NameNode,
    private readonly path: string,
    private readonly where: string,
    private readonly options: HdfsWriteOptions,
  ) {
    this.#attempts = new Attempts(`write ${where}`);
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
    await this.#kept.drop();
  }

  /** Gives up: what is there of the file stays, for whoever began it to remove. */
  async abort(): Promise<void> {
    this.#aborted = true;
    this.#delivery?.abort();
    await this.#kept.drop();
  }

  async #carry(work: (delivery: Delivery, isNew: boolean) => Promise<void>): Promise<void> {
    for (;;) {
      try {
        const isNew = this.#delivery === undefined;
        this.#delivery ??= await this.#begin();
        await this.#unlessAway(work(this.#delivery, isNew));
        return;
      } catch (error) {
        if (this.#aborted) throw error;
        this.#begun ||= error instanceof DataNodeFault && error.reached;
        this.#delivery?.abort();
        this.#delivery = undefined;
        await this.#attempts.failed(error);
      }
    }
  }

  /** A DataNode is silent while it waits for a NameNode that is away: that one says so itself. */
  async #unlessAway(written: Promise<void>): Promise<void> {
    let looking: NodeJS.Timeout | undefined;
    const away = new Promise<never>((_, reject) => {
      const look = () => this.nameNode.call("write", "GET", this.path, { op: "GETFILESTATUS" });
      looking = setInterval(() => {
        look().catch((error: unknown) => error instanceof HdfsAway && reject(error));
      }, LOOK_MS);
    });
    try {
      await Promise.race([written, away]);
    } finally {
      clearInterval(looking);
    }
  }

  async #begin(): Promise<Delivery> {
    const { overwrite = false, replication } = this.options;
    const location = await this.#attempts.locate((excludedatanodes) =>
      this.nameNode.locate("create", "PUT", this.path, {
        op: "CREATE",
        overwrite: overwrite || this.#begun,
        replication,
        excludedatanodes,
      }),
    );
    const delivery = new Delivery(location, "PUT", { what: "create", where: this.where }, 201);
    for await (const bytes of this.#kept) await delivery.write(bytes);
    return delivery;
  }
}
