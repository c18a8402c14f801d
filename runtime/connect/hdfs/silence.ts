import { stopwatch } from "../../time/clock.js";

/** How long DataNodes are waited for. */
export interface SilenceLimits {
  /** For one. */
  silentMs: number;
  /** For all that are asked one after the other, until it is told. */
  allMs: number;
}

/** Told of within ten seconds, on a machine that is busy too. */
const SOON: SilenceLimits = { silentMs: 5000, allMs: 5000 };

/** What a busy cluster takes. */
const LATE: SilenceLimits = { silentMs: 20_000, allMs: 40_000 };

/** The NameNode may take longer to see that a DataNode is gone, but it may also be back. */
const AVOIDED_MS = 60_000;

/**
 * How long the DataNodes of a cluster are waited for. That one is silent is told of soon, by who has the patience to do the same once
 * more; then they get the time that they take when they have much to do, as from who does it once.
 */
export class Silence {
  #isTold = false;
  readonly #nodes = new Map<string, () => number>();

  /** @param isPatient whether what fails is done once more */
  constructor(private readonly isPatient: boolean) {}

  /** Of a file that is begun now. */
  get limits(): SilenceLimits {
    return this.isPatient && !this.#isTold ? SOON : LATE;
  }

  /** Addresses of DataNodes that were silent a short time ago. */
  nodes(): string[] {
    return [...this.#nodes].flatMap(([node, elapsedMs]) => (elapsedMs() < AVOIDED_MS ? [node] : []));
  }

  /** @param node address of a DataNode */
  of(node: string): void {
    this.#nodes.set(node, stopwatch());
  }

  told(): void {
    this.#isTold = true;
  }

  /** A file was read or written without one. */
  none(): void {
    this.#isTold = false;
  }
}
