import { describe, expect, test, vi } from "vitest";
import { KeyedState } from "./keyed-state.js";

/** What a state of four keys becomes, move by move. */
const MOVES: ((state: KeyedState) => void)[] = [
  (state) => state.set(1, "b2"),
  (state) => state.insert("e", "e3"),
  (state) => {
    state.set(0, "a4");
    state.delete(1);
  },
  (state) => {
    state.delete(state.find("d"));
    state.delete(state.find("a"));
    state.insert("f", "f5");
  },
  (state) => state.set(state.find("c"), "c6"),
];

function begun(): KeyedState {
  const state = new KeyedState();
  state.begin();
  for (const key of "abcd") state.insert(key, `${key}1`);
  state.delta();
  return state;
}

const pairsOf = ({
  keys,
  values,
  length,
}: {
  keys: readonly unknown[];
  values: readonly unknown[];
  length: number;
}) => Array.from({ length }, (_, row) => [keys[row], values[row]]);

describe("pairs that a state has lent", () => {
  /** Read, or not, after so many further moves; with moves settled as others follow. */
  for (const reads of [0, 1, 2, 3])
    test(`stay as they were for who reads them ${reads} moves later`, () => {
      const state = begun();
      const lent = [{ pairs: state.lend(), expected: pairsOf(state.pairs()) }];
      MOVES.forEach((move, i) => {
        state.begin();
        state.settle(1);
        move(state);
        state.delta();
        lent.push({ pairs: state.lend(), expected: pairsOf(state.pairs()) });
        const old = lent[i + 1 - reads];
        if (old !== undefined) expect(pairsOf(old.pairs)).toEqual(old.expected);
      });
      for (const { pairs, expected } of lent) expect(pairsOf(pairs)).toEqual(expected);
    });

  test.each([1, 2, 3])("stay as they were when the last %i moves are undone, and others follow", (undone) => {
    const state = begun();
    const lent = [{ pairs: state.lend(), expected: pairsOf(state.pairs()) }];
    const make = (move: (state: KeyedState) => void) => {
      state.begin();
      move(state);
      state.delta();
      lent.push({ pairs: state.lend(), expected: pairsOf(state.pairs()) });
    };
    MOVES.slice(0, 3).forEach(make);
    expect(state.undo(undone)).toBe(true);
    expect(pairsOf(state.pairs())).toEqual(lent[3 - undone]?.expected);
    MOVES.slice(3 - undone).forEach(make);
    for (const { pairs, expected } of lent) expect(pairsOf(pairs)).toEqual(expected);
  });

  test("have their values copied when somebody reads them, or one more move begins", () => {
    const state = begun();
    const copies = vi.spyOn(state.values as unknown[], "slice");
    const [unread, released, read, kept] = [state.lend(), state.lend(), state.lend(), state.lend()];
    const move = (value: string) => {
      state.begin();
      state.set(0, value);
      state.delta();
    };
    move("a2");
    expect(unread.length).toBe(4);
    expect(copies).toHaveBeenCalledTimes(0);
    expect(read.values).toEqual(["a1", "b1", "c1", "d1"]);
    expect(read.values).toBe(read.values);
    expect(copies).toHaveBeenCalledTimes(1);
    unread.release();
    released.release();
    move("a3");
    expect(copies).toHaveBeenCalledTimes(2);
    expect(kept.values).toEqual(["a1", "b1", "c1", "d1"]);
    expect(copies).toHaveBeenCalledTimes(2);
  });
});
