import { setTimeout as wait } from "node:timers/promises";
import type { Purpose, Watch } from "./data-node.js";
import { HdfsAway } from "./hdfs-away.js";
import type { NameNode } from "./name-node.js";
import { DataNodeFault } from "./remote-fault.js";
import type { Silence, SilenceLimits } from "./silence.js";

/**
 * Before each further attempt: the first at once, since another DataNode is there most often. In all short enough to be told of within
 * ten seconds, on a machine that is busy too: who has the patience for it does all that again.
 */
const WAITS_MS = [0, 100, 250, 500, 1000, 2000];

/** How often the NameNode, which chooses at random, is asked for a DataNode that did not fail. */
const ASKS = 16;

/** The last DataNode has so long at least. */
const LEAST_MS = 500;

/** At the NameNode, two for each second of silence: so many in all are no sign of anything. */
const FEW_LOOKS = 6;

/** What is tried again on other DataNodes. */
export class Attempts implements Watch {
  #failures = 0;
  /** Waited for in vain. */
  #lostMs = 0;
  #looks = 0;
  readonly #limits: SilenceLimits;
  /** Addresses of the DataNodes that failed, or did shortly before. */
  readonly #failed: Set<string>;

  constructor(
    private readonly nameNode: NameNode,
    private readonly silence: Silence,
    private readonly path: string,
    private readonly purpose: Purpose,
  ) {
    this.#limits = silence.limits;
    this.#failed = new Set(silence.nodes());
  }

  /** What is to come is another wait: the time until it is told begins. */
  began(): void {
    this.#lostMs = 0;
  }

  /** Some bytes came through: what fails from here on is another failure. */
  succeeded(): void {
    this.#failures = 0;
    this.began();
  }

  get silentMs(): number {
    const { silentMs, allMs } = this.#limits;
    return Math.max(LEAST_MS, Math.min(silentMs, allMs - this.#lostMs));
  }

  async look(): Promise<void> {
    this.#looks += 1;
    await this.nameNode.look(this.purpose.what, this.path);
  }

  /** All of it was done. */
  ended(): void {
    if (this.#failures === 0 && this.#looks < FEW_LOOKS) this.silence.none();
  }

  /** Returns when it is time for another attempt. @throws what failed, when it is none of the node; HdfsAway after the last */
  async failed(error: unknown): Promise<void> {
    if (!(error instanceof DataNodeFault)) throw error;
    const waitMs = WAITS_MS[this.#failures];
    this.#failures += 1;
    if (error.node !== undefined) this.#failed.add(error.node);
    if (error.node !== undefined && error.silentMs > 0) this.silence.of(error.node);
    this.#lostMs += error.silentMs + (waitMs ?? 0);
    if (waitMs === undefined || this.#lostMs + LEAST_MS > this.#limits.allMs) {
      this.silence.told();
      const { what, where } = this.purpose;
      const times = this.#failures === 1 ? "asked once" : `asked ${this.#failures} times; the last time`;
      throw new HdfsAway(
        `cannot ${what} ${where}: no DataNode does it, ${times}: ${error.message}; look whether the cluster's DataNodes run, and have room on their disks`,
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
