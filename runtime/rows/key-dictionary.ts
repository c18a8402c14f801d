import { detach } from "./detach.js";
import { stableHash } from "./stable-hash.js";

/**
 * Texts that come as keys again and again, from batch to batch, each by a number: ids are given in the order in which the keys
 * first come, and stay. So a key that is known is neither made again, nor copied to another thread, nor looked for a second time.
 *
 * Short texts are found by their characters themselves, which lie in the index: what takes the time with many keys is to look
 * at a place in memory, and another place for the text would be a second one.
 */
export class KeyDictionary {
  /** By id. */
  readonly keys: string[] = [];
  /** stableHash of each key by its id, as a signed integer; longer than there are keys. */
  hashes = new Int32Array(FIRST_KEYS);
  /** Scratch of the table that took it last: its row of each id, as far as it has one, counted from the table's base. */
  stamps = new Int32Array(FIRST_KEYS);
  /** How often it was taken. */
  turn = 0;
  /** Characters of all keys. */
  characters = 0;
  #nextStamp = 1;
  /** Four words for each place: the id + 1, or 0 for a free place, and the characters of the text with their number. */
  #short = new Int32Array(4 * FIRST_KEYS);
  /** Ids of the other texts. */
  readonly #long = new Map<string, number>();

  get size(): number {
    return this.keys.length;
  }

  /** The id of a key, or -1. */
  find(key: string): number {
    const at = this.#locate(key);
    return at < 0 ? (this.#long.get(key) ?? -1) : (this.#short[at] as number) - 1;
  }

  /** Adds a key that is not there. @param hash of the key @returns its id */
  add(key: string, hash = stableHash(key) | 0): number {
    const id = this.keys.push(detach(key)) - 1;
    this.characters += key.length;
    if (id >= this.hashes.length) this.#grow();
    this.hashes[id] = hash;
    // An index as small as can be: how much of it is in the processor's cache decides.
    if (16 * id >= 3 * this.#short.length) this.#index(2 * this.#short.length);
    else this.#place(id);
    return id;
  }

  /** The stamps are a table's from now on. @returns its base: no stamp there is reaches it */
  take(): number {
    this.turn += 1;
    if (this.#nextStamp > MOST_STAMP) {
      this.stamps.fill(0);
      this.#nextStamp = 1;
    }
    return this.#nextStamp;
  }

  /** @param stamp never less than those before since {@link take} */
  stamp(id: number, stamp: number): void {
    this.stamps[id] = stamp;
    this.#nextStamp = stamp + 1;
  }

  #grow(): void {
    const { hashes, stamps } = this;
    this.hashes = new Int32Array(2 * hashes.length);
    this.hashes.set(hashes);
    this.stamps = new Int32Array(2 * stamps.length);
    this.stamps.set(stamps);
  }

  /** The index has so many words from now on. */
  #index(words: number): void {
    this.#short = new Int32Array(words);
    for (let id = 0; id < this.keys.length; id++) this.#place(id);
  }

  #place(id: number): void {
    const key = this.keys[id] as string;
    const at = this.#locate(key);
    if (at < 0) {
      this.#long.set(key, id);
      return;
    }
    const places = this.#short;
    places[at] = id + 1;
    places[at + 1] = wordOf(key.slice(0, 4), 0);
    places[at + 2] = wordOf(key.slice(4, 8), 0);
    places[at + 3] = wordOf(key.slice(8), key.length);
  }

  /**
   * Where a short text is, or would be; -1 for one that is not short. At most three of four places are taken: a free one is never far.
   * All in one function, with its words in registers: this is done for each record.
   */
  #locate(key: string): number {
    const { length } = key;
    if (length > SHORT) return -1;
    let first = 0;
    let second = 0;
    let third = length;
    let i = 0;
    for (; i < 4 && i < length; i++) {
      const code = key.charCodeAt(i);
      if (code > GREATEST_BYTE) return -1;
      first = (first << 8) | code;
    }
    for (; i < 8 && i < length; i++) {
      const code = key.charCodeAt(i);
      if (code > GREATEST_BYTE) return -1;
      second = (second << 8) | code;
    }
    for (; i < length; i++) {
      const code = key.charCodeAt(i);
      if (code > GREATEST_BYTE) return -1;
      third = (third << 8) | code;
    }
    const places = this.#short;
    const mask = places.length - 4;
    const mixed = Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca6b) ^ third;
    const hash = Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae35);
    let at = ((hash ^ (hash >>> 13)) << 2) & mask;
    while (
      places[at] !== 0 &&
      (places[at + 1] !== first || places[at + 2] !== second || places[at + 3] !== third)
    )
      at = (at + 4) & mask;
    return at;
  }
}

const FIRST_KEYS = 1024;

/** Tables of a billion rows do not fit in memory. */
const MOST_STAMP = 2 ** 30;

/** Characters that three words have room for, beside their number; of a byte each. */
const SHORT = 11;
const GREATEST_BYTE = 255;

/** Up to four characters behind what is there. */
function wordOf(text: string, before: number): number {
  let word = before;
  for (let i = 0; i < text.length; i++) word = (word << 8) | text.charCodeAt(i);
  return word;
}
