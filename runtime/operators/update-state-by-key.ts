import type { Chunk } from "../pool/reader.js";
import { isObject } from "../state/keyed-state.js";
import { Time } from "../time/time.js";
import { KeyGroups } from "./key-groups.js";
import { blameKey, type Move, stateOperator } from "./state-operator.js";

/** How the user's function wants to be called. */
export type UpdateForm =
  /** `(values, state)` of each key. */
  | "values"
  /** `(time, key, values, state)` of each key. */
  | "timed"
  /** Once per partition, with an iterator over `[key, values, state]` of all keys; it gives `[key, state]`. */
  | "iterator";

interface UpdateParams {
  form: UpdateForm;
}

/**
 * `updateStateByKey(update)`: per batch, the state of every key that has one or that came in, as the function gives it for
 * the key's new values, which may be none. A key whose state it gives as undefined or null is dropped.
 */
export const updateStateByKey = stateOperator<UpdateParams>("updateStateByKey", {
  head: "pairs",
  always: false,
  initial: "first",
  visits: "all",
  isWhole: ({ form }) => form === "iterator",
  move: (move) => (move.params.form === "iterator" ? updateAll(move) : updateEach(move)),
});

function updateEach({ pairs, state, functions, params }: Move<UpdateParams>): undefined {
  const [fn] = functions as [(...args: unknown[]) => unknown];
  const isTimed = params.form === "timed";
  const time = new Time(params.timeMs);
  const groups = new KeyGroups(pairs, state);
  const { known } = groups;
  const { values: held } = state;
  // From the last row to the first: the row that takes the place of a dropped one has had its turn.
  let row = state.size - 1;
  try {
    for (; row >= 0; row--) {
      const before = row < known ? held[row] : undefined;
      let after: unknown;
      if (isTimed) after = fn(time, state.keys[row], groups.of(row), before);
      else if (groups.has(row)) after = fn(groups.of(row), before);
      // Most keys have no value: of an array that is always empty V8 makes none where the function only reads it.
      else after = fn([], before);
      if (after === undefined || after === null) state.delete(row);
      // An object may be another than it was, though it is the same.
      else if (after !== before || isObject(after)) state.set(row, after);
    }
  } catch (error) {
    throw blameKey("updateStateByKey", state.keys[row], groups.of(row), error);
  }
}

type Triple = [key: unknown, values: unknown[], state: unknown];

/** What the function gives is the new state, whatever keys it has; of a key that it gives twice, the first counts. */
function updateAll({ pairs, state, functions }: Move<UpdateParams>): Chunk {
  const [fn] = functions as [(triples: IterableIterator<Triple>) => Iterable<[unknown, unknown]>];
  const groups = new KeyGroups(pairs, state);
  const { size } = state;
  const triples = function* (): Generator<Triple, void> {
    for (let row = 0; row < size; row++)
      yield [state.keys[row], groups.of(row), row < groups.known ? state.values[row] : undefined];
  };
  const keys: unknown[] = [];
  const values: unknown[] = [];
  for (const [key, value] of fn(triples())) {
    keys.push(key);
    values.push(value);
  }
  const given = new Set<number>();
  keys.forEach((key, i) => {
    const row = state.find(key);
    if (given.has(row)) return;
    given.add(row < 0 ? state.size : row);
    if (row < 0) state.insert(key, values[i]);
    else if (values[i] !== state.values[row] || isObject(values[i])) state.set(row, values[i]);
  });
  for (let row = state.size - 1; row >= 0; row--) if (!given.has(row)) state.delete(row);
  return { keys, values, length: keys.length };
}
