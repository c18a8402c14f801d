import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { MOMENT_MS, StoredOutput } from "./stored-output.js";

const MIME = "live";
const told = (type: "final" | "moment", n: number) => ({
  type,
  data: { [MIME]: { n } },
  metadata: { "image/png": { alt: String(n) } },
});

describe("a display in a notebook", () => {
  const asked: string[] = [];
  const stored: unknown[] = [];
  let changes = 0;
  let save = (): void => undefined;
  let canBeAsked: boolean;
  let output: StoredOutput;

  beforeEach(() => {
    vi.useFakeTimers();
    asked.length = 0;
    stored.length = 0;
    changes = 0;
    canBeAsked = true;
    const file = {
      beforeSave: (write: () => void) => {
        save = write;
        return () => {
          save = () => undefined;
        };
      },
      changed: () => {
        changes += 1;
      },
    };
    output = new StoredOutput(MIME, file as never, () => canBeAsked && asked.push("moment") > 0);
    let data: Record<string, unknown> = { [MIME]: { n: 0 } };
    output.model = {
      get data() {
        return data;
      },
      setData: (given) => {
        data = given.data;
        stored.push(given);
      },
    };
  });
  afterEach(() => vi.useRealTimers());

  test("that stopped is stored as it ended at once, with what is said of its picture, which changes the notebook", () => {
    output.received(told("final", 1));
    const { data, metadata } = told("final", 1);
    expect(stored).toEqual([{ data, metadata }]);
    expect(changes).toBe(1);
  });

  test("is left alone where it is so already", () => {
    output.received(told("final", 0));
    expect([stored, changes]).toEqual([[], 0]);
  });

  test("that moves asks for its picture at the first change, and then once a minute", () => {
    output.moved();
    output.moved();
    vi.advanceTimersByTime(MOMENT_MS - 1);
    output.moved();
    expect(asked).toHaveLength(1);
    vi.advanceTimersByTime(1);
    output.moved();
    expect(asked).toHaveLength(2);
  });

  test("asks again when there was nobody to be asked", () => {
    canBeAsked = false;
    output.moved();
    canBeAsked = true;
    output.moved();
    expect(asked).toHaveLength(1);
  });

  test("that moves is stored as it was last when the notebook is saved, not before, and once", () => {
    output.received(told("moment", 1));
    output.received(told("moment", 2));
    expect(stored).toEqual([]);
    save();
    save();
    expect(stored.map((one) => (one as { data: unknown }).data)).toEqual([{ [MIME]: { n: 2 } }]);
    expect(changes).toBe(0);
  });

  test("that stopped is not stored as it was before", () => {
    output.received(told("moment", 1));
    output.received(told("final", 2));
    save();
    expect(stored).toHaveLength(1);
  });

  test("that is gone from the page stores nothing", () => {
    output.received(told("moment", 1));
    output.dispose();
    save();
    expect(stored).toEqual([]);
  });
});

test("a display that is in no notebook asks for nothing", () => {
  const asked: string[] = [];
  const output = new StoredOutput(MIME, undefined, () => asked.push("moment") > 0);
  output.moved();
  output.received(told("final", 1));
  expect(asked).toEqual([]);
});
