/** Joins consecutive texts of the same cell and stream, so that a loop of prints is a few messages. */

import type { StreamName } from "../wire/stream.js";
import type { Cancel, Clock } from "./clock.js";

/** How long a text may wait for the next one. */
export const COALESCE_MS = 15;
/** A text of this many UTF-16 units or more goes out at once. */
export const COALESCE_UNITS = 64 * 1024;

interface Pending<Owner> {
  owner: Owner;
  name: StreamName;
  texts: string[];
  units: number;
  cancel: Cancel;
}

/** `Owner` is whose output it is; only texts of the same owner (by identity) and name are joined. */
export class StreamCoalescer<Owner> {
  readonly #clock: Clock;
  readonly #emit: (owner: Owner, name: StreamName, text: string) => void;
  #pending: Pending<Owner> | undefined;

  constructor(clock: Clock, emit: (owner: Owner, name: StreamName, text: string) => void) {
    this.#clock = clock;
    this.#emit = emit;
  }

  /** Takes the next text; it is emitted at the latest {@link COALESCE_MS} from now. Empty texts are ignored. */
  add(owner: Owner, name: StreamName, text: string): void {
    if (text === "") return;
    if (this.#pending?.owner !== owner || this.#pending.name !== name) this.flush();
    this.#pending ??= this.#begin(owner, name);
    this.#pending.texts.push(text);
    this.#pending.units += text.length;
    if (this.#pending.units >= COALESCE_UNITS) this.flush();
  }

  /** Emits what waits; to be called before any other message goes out. */
  flush(): void {
    const pending = this.#pending;
    if (pending === undefined) return;
    this.#pending = undefined;
    pending.cancel();
    this.#emit(pending.owner, pending.name, pending.texts.join(""));
  }

  #begin(owner: Owner, name: StreamName): Pending<Owner> {
    return { owner, name, texts: [], units: 0, cancel: this.#clock.after(COALESCE_MS, () => this.flush()) };
  }
}
