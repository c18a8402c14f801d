import type { KeyDictionary } from "./key-dictionary.js";
import { stableHash } from "./stable-hash.js";

/** Ids of a column's keys in a dictionary, less than 0 for those that are not in it. */
export interface KeyIds {
  of: KeyDictionary;
  ids: Int32Array;
}

/** Keys that were listed before, and the hash of each as a signed integer. Both may grow. */
interface ListedKeys {
  readonly keys: readonly string[];
  readonly hashes: ArrayLike<number>;
}

/**
 * A column of keys by their numbers in a list. The keys themselves, and their hashes, are made when somebody reads them: pairs that
 * are found by their numbers need neither.
 */
export class NumberedKeys {
  #keys: unknown[] | undefined;
  #hashes: Int32Array | undefined;

  /**
   * @param numbers less than 0 for keys that are not listed
   * @param others these, in their order
   * @param known the ids of the keys in a dictionary of this worker, where it has one
   */
  constructor(
    private readonly listed: ListedKeys,
    private readonly numbers: Int32Array,
    readonly others: ArrayLike<unknown>,
    readonly known: KeyIds | undefined,
  ) {}

  get length(): number {
    return this.numbers.length;
  }

  get keys(): unknown[] {
    this.#keys ??= this.#made();
    return this.#keys;
  }

  /** {@link stableHash} of each key, as a signed integer. */
  get hashes(): Int32Array {
    this.#hashes ??= this.#hashed();
    return this.#hashes;
  }

  #made(): unknown[] {
    const { numbers, others } = this;
    const { keys: listed } = this.listed;
    const keys = new Array<unknown>(numbers.length);
    let other = 0;
    for (let i = 0; i < numbers.length; i++) {
      const number = numbers[i] as number;
      keys[i] = number < 0 ? others[other++] : listed[number];
    }
    return keys;
  }

  #hashed(): Int32Array {
    const { numbers, others } = this;
    const { hashes: listed } = this.listed;
    const hashes = new Int32Array(numbers.length);
    let other = 0;
    for (let i = 0; i < numbers.length; i++) {
      const number = numbers[i] as number;
      hashes[i] = number < 0 ? stableHash(others[other++]) | 0 : (listed[number] as number);
    }
    return hashes;
  }
}
