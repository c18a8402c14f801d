import { describe, expect, it } from "vitest";
import type { HistoryAccess } from "../wire/history.js";
import { History } from "./history.js";

const inputs = ["let a = 1", "a", "let b = a", "a", "b\n+ 1"];

function filled(limit?: number): History {
  const history = new History(limit);
  inputs.forEach((input, i) => {
    history.add(i + 1, input);
  });
  return history;
}

const lines = (access: HistoryAccess, history = filled()) => history.read(access).map((entry) => entry.line);

describe("history", () => {
  const search = { type: "search", n: undefined, unique: false } as const;
  it.each<[HistoryAccess, number[]]>([
    [{ type: "tail", n: 2 }, [4, 5]],
    [{ type: "tail", n: 100 }, [1, 2, 3, 4, 5]],
    [{ type: "tail", n: 0 }, []],
    [{ type: "range", session: 0, start: 2, stop: 4 }, [2, 3]],
    [{ type: "range", session: 1, start: 4, stop: undefined }, [4, 5]],
    [{ type: "range", session: 2, start: 1, stop: undefined }, []],
    [{ type: "range", session: -1, start: 1, stop: undefined }, []],
    [{ ...search, pattern: "*" }, [1, 2, 3, 4, 5]],
    [{ ...search, pattern: "let*" }, [1, 3]],
    [{ ...search, pattern: "a" }, [2, 4]],
    [{ ...search, pattern: "a", unique: true }, [4]],
    [{ ...search, pattern: "*", n: 2 }, [4, 5]],
    [{ ...search, pattern: "let [ac]*" }, [1]],
    [{ ...search, pattern: "let [^a]*" }, [3]],
    [{ ...search, pattern: "let ? = a" }, [3]],
    [{ ...search, pattern: "b*1" }, [5]],
    [{ ...search, pattern: "a+" }, []],
  ])("%j gives the lines %j", (access, expected) => {
    expect(lines(access)).toEqual(expected);
  });

  it("keeps the text of a result with its input", () => {
    const history = filled();
    history.addOutput(2, "1");
    expect(
      history.read({ type: "range", session: 0, start: 1, stop: 3 }).map((entry) => entry.output),
    ).toEqual([undefined, "1"]);
  });

  it("forgets the oldest entries", () => {
    expect(lines({ type: "tail", n: 10 }, filled(3))).toEqual([3, 4, 5]);
  });
});
