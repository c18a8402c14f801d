/** The comms that are open, and who in the kernel answers them: live displays in the front, all others in the evaluator. */

import type { CommMessage, CommOpen } from "../wire/comm.js";
import type { Cell } from "./cells.js";

export type CommEvent = "open" | "msg" | "close";

/** One side of the kernel that answers comms. */
export interface CommOwner {
  /**
   * A message of a client. `request` is the message itself, as the cause of what the owner publishes. Resolves when
   * it has been dealt with.
   */
  receive(event: CommEvent, message: CommMessage & { target?: string }, request: Cell): void | Promise<void>;
}

interface OpenComm {
  target: string;
  owner: CommOwner;
}

export class Comms {
  readonly #open = new Map<string, OpenComm>();
  readonly #owners: ReadonlyMap<string, CommOwner>;
  readonly #evaluator: CommOwner;

  /** `owners`: targets answered in the front. */
  constructor(owners: ReadonlyMap<string, CommOwner>, evaluator: CommOwner) {
    this.#owners = owners;
    this.#evaluator = evaluator;
  }

  /** comm id → target, of one target or of all. */
  list(target: string | undefined): Map<string, string> {
    const all = [...this.#open].map(([id, comm]): [string, string] => [id, comm.target]);
    return new Map(all.filter(([, name]) => target === undefined || name === target));
  }

  /** True for a target that the front answers itself: it does so while a cell is busy. */
  answersAtOnce(target: string | undefined): boolean {
    return target !== undefined && this.#owners.has(target);
  }

  /** True when a message for this comm has somewhere to go. */
  has(comm: string | undefined): boolean {
    return comm !== undefined && this.#open.has(comm);
  }

  /** A client opens a comm. */
  async opened(message: CommOpen, request: Cell): Promise<void> {
    const owner = this.#owners.get(message.target) ?? this.#evaluator;
    this.#open.set(message.comm, { target: message.target, owner });
    await owner.receive("open", message, request);
  }

  /** A client's message; one for a comm that is not open is ignored. */
  async message(message: CommMessage, request: Cell): Promise<void> {
    await this.#open.get(message.comm)?.owner.receive("msg", message, request);
  }

  /** A client closes a comm. */
  async closed(message: CommMessage, request: Cell): Promise<void> {
    const comm = this.#open.get(message.comm);
    this.#open.delete(message.comm);
    await comm?.owner.receive("close", message, request);
  }

  /**
   * The evaluator sends a message: false when it is for a comm that is not open (any more), which no client knows.
   */
  fromEvaluator(event: CommEvent, comm: string, target: string | undefined): boolean {
    if (event === "open") this.#open.set(comm, { target: target ?? "", owner: this.#evaluator });
    if (event === "close") return this.#open.delete(comm);
    return this.#open.has(comm);
  }

  /** The evaluator is gone, and with it its comms: forgets and returns their ids. */
  evaluatorLost(): string[] {
    const lost = [...this.#open].filter(([, comm]) => comm.owner === this.#evaluator).map(([id]) => id);
    for (const id of lost) this.#open.delete(id);
    return lost;
  }

  /** A comm of the front's own was refused or has ended. */
  forget(comm: string): void {
    this.#open.delete(comm);
  }
}
