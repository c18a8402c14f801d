/** Joins texts of the same cell and stream, so that a loop of prints is a few messages. */

import type { StreamName } from "../wire/stream.js";
import type { Cancel, Clock } from "./clock.js";
import { Pacer, type Rate } from "./pacer.js";

/** How long a text may wait for the next one. */
export const COALESCE_MS = 15;
/** Texts of this many UTF-16 units or more go out at once. */
export const COALESCE_UNITS = 64 * 1024;
/**
 * Switches between stdout and stderr that keep their order to the letter. A Jupyter server drops what exceeds 1000
 * messages/s over 3 s, and a loop that writes to both in turn is soon beyond that.
 */
export const EXACT_SWITCHES: Rate = { burst: 1_000, perSecond: 200 };

interface Pending<Owner> {
  owner: Owner;
  name: StreamName;
  texts: string[];
}

/** `Owner` is whose output it is; only texts of the same owner (by identity) and name are joined. */
export class StreamCoalescer<Owner> {
  readonly #clock: Clock;
  readonly #emit: (owner: Owner, name: StreamName, text: string) => void;
  readonly #switches: Pacer;
  /** In the order in which they began. */
  #pending: Pending<Owner>[] = [];
  #units = 0;
  #cancel: Cancel = () => undefined;

  constructor(clock: Clock, emit: (owner: Owner, name: StreamName, text: string) => void) {
    this.#clock = clock;
    this.#emit = emit;
    this.#switches = new Pacer(clock, EXACT_SWITCHES);
  }

  /** Takes the next text; it is emitted at the latest {@link COALESCE_MS} from now. Empty texts are ignored. */
  add(owner: Owner, name: StreamName, text: string): void {
    if (text === "") return;
    this.#pendingOf(owner, name).texts.push(text);
    this.#units += text.length;
    if (this.#units >= COALESCE_UNITS) this.flush();
  }

  /** Emits what waits; to be called before any other message goes out. */
  flush(): void {
    const pending = this.#pending;
    this.#pending = [];
    this.#units = 0;
    this.#cancel();
    for (const { owner, name, texts } of pending) this.#emit(owner, name, texts.join(""));
  }

  #pendingOf(owner: Owner, name: StreamName): Pending<Owner> {
    const last = this.#pending.at(-1);
    if (last?.owner === owner && last.name === name) return last;
    if (last !== undefined && this.#switches.takeTurn()) this.flush();
    return (
      this.#pending.find((other) => other.owner === owner && other.name === name) ?? this.#begin(owner, name)
    );
  }

  #begin(owner: Owner, name: StreamName): Pending<Owner> {
    const pending = { owner, name, texts: [] };
    if (this.#pending.length === 0) this.#cancel = this.#clock.after(COALESCE_MS, () => this.flush());
    this.#pending.push(pending);
    return pending;
  }
}
