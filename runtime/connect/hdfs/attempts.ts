import { setTimeout as wait } from "node:timers/promises";
import { HdfsAway } from "./hdfs-away.js";
import { DataNodeFault } from "./remote-fault.js";

/**
 * Before each further attempt: the first at once, since another DataNode is there most often. In all short enough to be told of within
 * ten seconds, on a machine that is busy too: who has the patience for it does all that again.
 */
const WAITS_MS = [0, 100, 250, 500, 1000, 2000];

/** How often the NameNode, which chooses at random, is asked for a DataNode that did not fail. */
const ASKS = 16;

/** What is tried again on other DataNodes. */
export class Attempts {
  #failures = 0;
  /** Addresses of the DataNodes that failed. */
  readonly #failed = new Set<string>();

  /** @param purpose "read hdfs://host/path" */
  constructor(private readonly purpose: string) {}

  /** Some bytes came through: what fails from here on is another failure. */
  succeeded(): void {
    this.#failures = 0;
  }

  /** Returns when it is time for another attempt. @throws what failed, when it is none of the node; HdfsAway after the last */
  async failed(error: unknown): Promise<void> {
    if (!(error instanceof DataNodeFault)) throw error;
    const waitMs = WAITS_MS[this.#failures];
    this.#failures += 1;
    if (error.node !== undefined) this.#failed.add(error.node);
    if (waitMs === undefined) {
      throw new HdfsAway(
        `cannot ${this.purpose}: no DataNode does it, asked ${this.#failures} times; the last time: ${error.message}; look whether the cluster's DataNodes run, and have room on their disks`,
      );
    }
    if (waitMs > 0) await wait(waitMs);
  }

  /**
   * A DataNode that did not fail yet, where there is one. A NameNode takes a while to see that one is gone, and knows them by host
   * only, which on a machine with several does not tell one from another.
   * @param ask the NameNode, for one on none of these hosts
   */
  async locate(ask: (excludedHosts: string | undefined) => Promise<URL>): Promise<URL> {
    if (this.#failed.size === 0) return ask(undefined);
    const hosts = new Set([...this.#failed].map((node) => new URL(`http://${node}`).hostname));
    try {
      return await ask([...hosts].join(","));
    } catch (error) {
      if (!(error instanceof DataNodeFault)) throw error;
    }
    let location = await ask(undefined);
    for (let asked = 1; asked < ASKS && this.#failed.has(location.host); asked++)
      location = await ask(undefined);
    return location;
  }
}
