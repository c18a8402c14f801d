import { gatherIntegers } from "../rows/column-batch.js";
import { KeyDictionary } from "../rows/key-dictionary.js";
import { KeyTable } from "../rows/key-table.js";
import { NumberedKeys } from "../rows/numbered-keys.js";
import { RecurringKeyTable } from "../rows/recurring-key-table.js";

/** Keys of a column as they go to another worker: numbers under which it knows them, and those it does not know yet. */
export interface SentKeys {
  /** Program whose keys they are, and which of the sender's dictionaries they are from. */
  program: string;
  dictionary: number;
  /** Of each key: the receiver's keys of this dictionary are numbered as they come. -1 for the next of {@link others}. */
  numbers: Int32Array;
  /** Keys that get the next numbers, and their hashes. */
  newKeys: string[];
  newHashes: Int32Array;
  /** Keys that are in no dictionary. */
  others: unknown[];
}

/** What the tasks of one program have made so far in this worker. */
interface Recurrence {
  /** Keys that the last task looked up, and whether they were texts, as far as a look at a few tells. */
  indexed: number;
  areTexts: boolean;
  own: OwnDictionary | undefined;
  /** Tasks that had the dictionary. */
  tasks: number;
  /** Its keys were found not to recur. */
  isRefused: boolean;
}

interface OwnDictionary {
  number: number;
  keys: KeyDictionary;
  /** Where it is to be sent to: by worker. */
  sent: Map<number, Sent>;
}

interface Sent {
  /** By id: the number of the key there + 1, 0 for one that was not sent. */
  numbers: Int32Array;
  count: number;
}

/** A dictionary of another worker, as far as it was sent: by the numbers in which its keys came. */
interface PeerDictionary {
  program: string;
  keys: string[];
  hashes: number[];
  /** Ids of these keys in a dictionary of this worker. */
  ids: number[];
  of: KeyDictionary | undefined;
}

/**
 * Dictionaries of the keys that a worker's map tasks make and send. The first task of a program counts its keys, later ones have
 * a dictionary, and a program whose keys turn out not to recur loses it again. A worker sends a key once, and from then on its
 * number; what two workers know of each other goes with the port between them.
 */
export class KnownKeys {
  readonly #programs = new Map<string, Recurrence>();
  readonly #received = new Map<number, Map<number, PeerDictionary>>();
  #dictionaries = 0;
  /** About what all dictionaries of this worker take. */
  #bytes = 0;

  /** @param limitBytes what all dictionaries of this worker may take */
  constructor(private readonly limitBytes: number) {}

  /** The table of a map task. @param canRecur whether keys may be found again in a later task */
  table(program: string, canRecur: boolean): KeyTable | RecurringKeyTable {
    const seen = this.#programs.get(program);
    if (seen === undefined) return new KeyTable();
    const own = canRecur && (seen.own !== undefined || isWorthwhile(seen)) ? this.#own(seen) : undefined;
    if (own === undefined) return new KeyTable(seen.indexed);
    return new RecurringKeyTable(own.keys, (key) => this.#takes(own.keys, key), seen.indexed);
  }

  /** A map task is done with its table. @returns the number of a dictionary that is no more */
  note(program: string, table: KeyTable | RecurringKeyTable): number | undefined {
    const seen = this.#seen(program);
    if (table instanceof KeyTable) {
      seen.indexed = table.indexed;
      seen.areTexts = areTexts(table.keys);
      return undefined;
    }
    seen.indexed = table.size;
    seen.tasks += 1;
    if (seen.tasks < TRIED_TASKS || table.size < FEWEST_ROWS || 2 * table.came <= table.size)
      return undefined;
    seen.isRefused = true;
    return this.#close(program);
  }

  /** The program was dropped. @returns the number of its dictionary, if it had one */
  drop(program: string): number | undefined {
    const number = this.#close(program);
    this.#programs.delete(program);
    return number;
  }

  /**
   * Keys as another worker is to be sent them, which it must be, or they are taken back.
   * @returns undefined when their dictionary is no more
   */
  encode(
    program: string,
    worker: number,
    { known: sought, others }: NumberedKeys,
  ): { sent: SentKeys; takeBack(): void } | undefined {
    if (sought === undefined) return undefined;
    const { of, ids } = sought;
    const own = this.#programs.get(program)?.own;
    if (own === undefined || own.keys !== of) return undefined;
    const to = sentTo(own, worker);
    const before = to.count;
    const known = to.numbers;
    const added: number[] = [];
    const numbers = new Int32Array(ids.length);
    for (let i = 0; i < ids.length; i++) {
      const id = ids[i] as number;
      let number = id < 0 ? 0 : (known[id] as number);
      if (number === 0 && id >= 0) {
        added.push(id);
        to.count += 1;
        number = to.count;
        known[id] = number;
      }
      numbers[i] = number - 1;
    }
    const newKeys = added.map((id) => of.keys[id] as string);
    const newHashes = gatherIntegers(of.hashes, added);
    return {
      sent: { program, dictionary: own.number, numbers, newKeys, newHashes, others: Array.from(others) },
      takeBack() {
        to.count = before;
        for (const id of added) known[id] = 0;
      },
    };
  }

  /** Keys that came from another worker, which are to be taken in the order in which it sent them. */
  received(worker: number, sent: SentKeys): NumberedKeys {
    const theirs = this.#theirs(worker, sent);
    this.#learn(theirs, sent);
    const { numbers, others } = sent;
    const known = theirs.of && { of: theirs.of, ids: idsOf(numbers, theirs) };
    return new NumberedKeys(theirs, numbers, others, known);
  }

  /** There is a new port to another worker: neither side knows anything of the other. */
  forgetPeer(worker: number): void {
    this.#received.delete(worker);
    for (const { own } of this.#programs.values()) own?.sent.delete(worker);
  }

  /** Another worker's dictionary is no more. */
  forgetDictionary(worker: number, dictionary: number): void {
    this.#received.get(worker)?.delete(dictionary);
  }

  #seen(program: string): Recurrence {
    let seen = this.#programs.get(program);
    if (seen === undefined) {
      seen = { indexed: 0, areTexts: false, own: undefined, tasks: 0, isRefused: false };
      this.#programs.set(program, seen);
    }
    return seen;
  }

  #own(seen: Recurrence): OwnDictionary | undefined {
    if (seen.isRefused) return undefined;
    if (seen.own === undefined) {
      this.#dictionaries += 1;
      seen.own = { number: this.#dictionaries, keys: new KeyDictionary(), sent: new Map() };
    }
    return seen.own;
  }

  #close(program: string): number | undefined {
    const seen = this.#programs.get(program);
    if (seen?.own === undefined) return undefined;
    const { number, keys } = seen.own;
    this.#bytes -= keys.size * KEY_BYTES + keys.characters;
    seen.own = undefined;
    for (const dictionaries of this.#received.values())
      for (const theirs of dictionaries.values()) if (theirs.of === keys) theirs.of = undefined;
    return number;
  }

  #takes({ size }: KeyDictionary, key: string): boolean {
    const bytes = this.#bytes + KEY_BYTES + key.length;
    if (size >= MOST_KEYS || bytes > this.limitBytes) return false;
    this.#bytes = bytes;
    return true;
  }

  #theirs(worker: number, { program, dictionary }: SentKeys): PeerDictionary {
    const dictionaries = this.#received.get(worker) ?? new Map<number, PeerDictionary>();
    this.#received.set(worker, dictionaries);
    let theirs = dictionaries.get(dictionary);
    if (theirs === undefined) {
      theirs = { program, keys: [], hashes: [], ids: [], of: this.#own(this.#seen(program))?.keys };
      dictionaries.set(dictionary, theirs);
    }
    return theirs;
  }

  /** A key that is known here is from now on the very text that is known: they are compared without a look at their characters. */
  #learn({ keys, hashes, ids, of }: PeerDictionary, { newKeys, newHashes }: SentKeys): void {
    for (let i = 0; i < newKeys.length; i++) {
      const key = newKeys[i] as string;
      const hash = newHashes[i] as number;
      let id = of === undefined ? -1 : of.find(key);
      if (id < 0 && of !== undefined && this.#takes(of, key)) id = of.add(key, hash);
      keys.push(id < 0 ? key : (of?.keys[id] as string));
      hashes.push(hash);
      ids.push(id);
    }
  }
}

function idsOf(numbers: Int32Array, { ids: all }: PeerDictionary): Int32Array {
  const ids = new Int32Array(numbers.length);
  for (let i = 0; i < ids.length; i++) {
    const number = numbers[i] as number;
    ids[i] = number < 0 ? -1 : (all[number] as number);
  }
  return ids;
}

function sentTo({ sent, keys }: OwnDictionary, worker: number): Sent {
  let to = sent.get(worker);
  if (to === undefined) {
    to = { numbers: new Int32Array(keys.hashes.length), count: 0 };
    sent.set(worker, to);
  }
  if (to.numbers.length < keys.size) {
    const numbers = new Int32Array(keys.hashes.length);
    numbers.set(to.numbers);
    to.numbers = numbers;
  }
  return to;
}

/**
 * Few keys are sent as fast as they are looked up, and so many that they fill a dictionary at once will not recur. Pairs that
 * are not combined are not looked up either: with 100,000 keys of a state, to do it for a dictionary cost more than it saved.
 */
function isWorthwhile({ indexed, areTexts }: Recurrence): boolean {
  return areTexts && indexed >= FEWEST_ROWS && indexed <= MOST_ROWS;
}

function areTexts(keys: ArrayLike<unknown>): boolean {
  const last = keys.length - 1;
  return [0, last >> 1, last].every((row) => typeof keys[row] === "string");
}

const FEWEST_ROWS = 256;
const MOST_ROWS = 2 ** 15;

/** Of one dictionary: its index of 2 MiB is as much as is in the processor's cache. */
const MOST_KEYS = 2 ** 16;

/** Tasks after which most keys of a table must have been known. */
const TRIED_TASKS = 8;

/** What a key takes beside its characters: a string's head, its slots, its places in the index, here and where it is sent to. */
const KEY_BYTES = 100;
